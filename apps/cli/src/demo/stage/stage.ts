import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmbedded, type EmbeddedServer } from '#adapters';
import { installationFolder, readAgreements } from '#config';
import type { Agreements, Link } from '#model';
import { openBroker, type BrokerOptions, type DemoBroker } from './broker.ts';
import { GatewayProcess } from './gateway-process.ts';
import { exchangeKeys, forgetPrivateKeys, type KeyHolder } from './keys.ts';
import { PartyProcess } from './party-process.ts';

export interface StageOptions {
  /** Where everything that can be looked at afterwards goes. */
  readonly folder: string;
  readonly transport: Link['transport'];
  readonly broker: BrokerOptions;
  /** Keep database and private keys, too. */
  readonly keep: boolean;
}

/** Database, broker, gateway and partners as processes of their own, and the way to end every one of them. */
export class Stage {
  readonly parties: ReadonlyMap<string, PartyProcess>;
  #closing: Promise<void> | undefined;

  private constructor(
    readonly options: StageOptions,
    readonly agreements: Agreements,
    readonly gateway: GatewayProcess,
    readonly database: EmbeddedServer,
    readonly broker: DemoBroker | undefined,
    private readonly databaseHome: string,
    private readonly holders: readonly KeyHolder[],
  ) {
    const home = installationFolder();
    this.parties = new Map(
      agreements.links.map(({ partner }) => [
        partner,
        new PartyProcess({
          home,
          party: partner,
          folder: join(options.folder, partner),
          agreements: join(options.folder, 'agreements.json'),
          gatewayUrl: gateway.url,
          ...(broker ? { amqpUrl: broker.partnerUrl(partner) } : {}),
        }),
      ]),
    );
    process.on('exit', this.#lastResort);
  }

  /** Prepares keys, agreements, database and broker; nobody plays yet. */
  static async prepare(options: StageOptions): Promise<Stage> {
    const { folder, transport } = options;
    const configured = readAgreements();
    const agreements = { ...configured, links: configured.links.map((link) => ({ ...link, transport })) };
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'agreements.json'), `${JSON.stringify(agreements, null, 2)}\n`);
    const holders = holdersOf(agreements, folder);
    await exchangeKeys(holders, join(folder, 'keys'), new Date());
    const databaseHome = await databaseFolder();
    const database = await startEmbedded({ folder: join(databaseHome, 'postgres') });
    try {
      const broker = transport === 'amqp' ? await openBroker(agreements.links, options.broker) : undefined;
      const gateway = await GatewayProcess.prepare({
        home: installationFolder(),
        data: join(folder, 'gateway'),
        databaseUrl: database.url,
        agreements: join(folder, 'agreements.json'),
        ...(broker ? { amqpUrl: broker.gatewayUrl } : {}),
      });
      return new Stage(options, agreements, gateway, database, broker, databaseHome, holders);
    } catch (error) {
      await database.stop();
      throw error;
    }
  }

  party(key: string): PartyProcess {
    const party = this.parties.get(key);
    if (!party) throw new Error(`no party ${key}`);
    return party;
  }

  link(partner: string): Link {
    const link = this.agreements.links.find((one) => one.partner === partner);
    if (!link) throw new Error(`no link of ${partner}`);
    return link;
  }

  /** Ends everybody in order; a second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.parties.values()].map((party) => party.stop()));
    await this.gateway.stop();
    await this.broker?.close();
    await this.database.stop();
    process.off('exit', this.#lastResort);
    if (this.options.keep) return;
    for (const home of [dirname(this.database.log), this.databaseHome]) await rm(home, { recursive: true, force: true });
    await forgetPrivateKeys(this.holders);
  }

  /** When the process ends by a way that waits for nothing. */
  readonly #lastResort = (): void => {
    for (const pid of [this.gateway.pid, ...[...this.parties.values()].map((party) => party.pid)]) signal(pid, 'SIGKILL');
    signal(this.database.pid, 'SIGINT');
  };
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

function holdersOf({ gateway, links }: Agreements, folder: string): KeyHolder[] {
  const partners = links.map(({ partner }) => partner);
  return [
    { party: gateway, folder: join(folder, 'gateway'), alg: 'ES256', knows: partners },
    // Both algorithms of the protocol are in use, as they would be among real partners.
    ...partners.map((party, index) => ({
      party,
      folder: join(folder, party),
      alg: index % 2 === 0 ? ('ES256' as const) : ('Ed25519' as const),
      knows: [gateway],
    })),
  ];
}

/** Outside of the user's folder, and open to the user that PostgreSQL runs as when we are root. */
async function databaseFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-demo-'));
  await chmod(folder, 0o755);
  return folder;
}
