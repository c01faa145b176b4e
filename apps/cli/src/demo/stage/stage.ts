import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmbedded, type EmbeddedServer } from '#adapters';
import { installationFolder, readAgreements } from '#config';
import type { Agreements, Link } from '#model';
import { openBroker, type BrokerOptions, type DemoBroker } from './broker.ts';
import { GatewayProcess } from './gateway-process.ts';
import { exchangeKeys, forgetPrivateKeys, type KeyHolder } from './keys.ts';
import type { MovedClock } from './moved-clock.ts';
import { PartyProcess } from './party-process.ts';

export interface StageOptions {
  /** Where everything that can be looked at afterwards goes. */
  readonly folder: string;
  readonly transport: Link['transport'];
  readonly broker: BrokerOptions;
  /** Keep database and private keys, too. */
  readonly keep: boolean;
  /** Further settings of the gateway, by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly clock?: MovedClock;
}

/** Database, broker, gateway and partners as processes of their own, and the way to end every one of them. None outlives this process. */
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
      agreements.links.map(({ id, partner }) => [
        partner,
        new PartyProcess({
          home,
          party: partner,
          folder: join(options.folder, partner),
          agreements: join(options.folder, 'agreements.json'),
          gatewayUrl: gateway.url,
          linkFolder: join(options.folder, 'gateway', 'folders', id),
          ...(broker ? { amqpUrl: broker.partnerUrl(partner) } : {}),
          ...(options.broker.ca === undefined ? {} : { amqpCa: options.broker.ca }),
          ...(options.clock && { clock: options.clock }),
        }),
      ]),
    );
  }

  /** Prepares keys, agreements, database and broker; nobody plays yet. */
  static async prepare(options: StageOptions): Promise<Stage> {
    const { folder, transport } = options;
    const configured = readAgreements();
    const agreements = { ...configured, links: configured.links.map((link) => ({ ...link, transport })) };
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'agreements.json'), `${JSON.stringify(agreements, null, 2)}\n`);
    const holders = holdersOf(agreements, folder);
    await exchangeKeys(holders, join(folder, 'keys'), options.clock?.now() ?? new Date());
    // Kept where a gateway on the same data folder looks for it.
    const databaseHome = options.keep ? join(folder, 'gateway') : await databaseFolder();
    const database = await startEmbedded({ folder: join(databaseHome, 'postgres'), endsWithUs: true });
    try {
      const broker = transport === 'amqp' ? await openBroker(agreements.links, options.broker) : undefined;
      const gateway = await GatewayProcess.prepare({
        home: installationFolder(),
        data: join(folder, 'gateway'),
        databaseUrl: database.url,
        agreements: join(folder, 'agreements.json'),
        ...(options.settings && { settings: options.settings }),
        ...(options.clock && { clock: options.clock }),
        ...(broker ? { amqpUrl: broker.gatewayUrl } : {}),
        ...(options.broker.ca === undefined ? {} : { amqpCa: options.broker.ca }),
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
    if (this.options.keep) return;
    for (const home of [dirname(this.database.log), this.databaseHome]) await rm(home, { recursive: true, force: true });
    await forgetPrivateKeys(this.holders);
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
