import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyTopology,
  BrokerManagement,
  GATEWAY_USER,
  KeyFolder,
  loadMasterKey,
  partnerUser,
  startEmbedded,
  startPrivateBroker,
  topologyOf,
  type EmbeddedServer,
  type PrivateBroker,
} from '#adapters';
import { installationFolder, readAgreements } from '#config';
import type { Agreements } from '#model';

/** Servers, keys and folders of one run; nothing here is shared with anybody, and everything ends with `close`. */
export interface World {
  readonly folder: string;
  readonly journals: string;
  readonly agreementsFile: string;
  readonly agreements: Agreements;
  readonly broker: PrivateBroker;
  readonly database: Database;
  readonly masterKey: string;
  readonly gatewayData: string;
  readonly partyKeys: string;
  urlOf(party: string): string;
  close(keepFolder: boolean): Promise<void>;
}

export async function openWorld(postgresSettings: Readonly<Record<string, string>>): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-chaos-'));
  // PostgreSQL may run as another user and must be able to enter.
  await chmod(folder, 0o755);
  const at = (name: string): string => join(folder, name);
  await mkdir(at('journals'));
  const agreementsFile = join(installationFolder(), 'test', 'chaos', 'agreements.yaml');
  const agreements = readAgreements(agreementsFile);
  const database = new Database(at('postgres'), postgresSettings);
  // Both are awaited before anything is thrown, so that neither is left running behind.
  const [broker, started] = await Promise.allSettled([startPrivateBroker({ dataDir: at('broker') }), database.start()]);
  try {
    if (broker.status === 'rejected') throw broker.reason;
    if (started.status === 'rejected') throw started.reason;
    const masterKey = randomBytes(32).toString('base64');
    await shareKeys(agreements, masterKey, at('gateway/keys'), at('parties/keys'));
    const urlOf = await layTopology(broker.value, agreements);
    return {
      folder,
      journals: at('journals'),
      agreementsFile,
      agreements,
      broker: broker.value,
      database,
      masterKey,
      gatewayData: at('gateway'),
      partyKeys: at('parties/keys'),
      urlOf,
      close: async (keepFolder) => {
        await broker.value.stop();
        await database.stop();
        if (!keepFolder) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      },
    };
  } catch (error) {
    if (broker.status === 'fulfilled') await broker.value.stop();
    await database.stop();
    throw error;
  }
}

async function layTopology(broker: PrivateBroker, agreements: Agreements): Promise<World['urlOf']> {
  const passwords = new Map<string, string>();
  const onPassword = (user: string, password: string): void => void passwords.set(user, password);
  const differences = await applyTopology(topologyOf(agreements.links), new BrokerManagement(broker.managementUrl), { onPassword });
  if (differences.length > 0) throw new Error(`the topology could not be applied: ${differences.map(({ text }) => text).join(' ')}`);
  return (party) => {
    const user = party === agreements.gateway ? GATEWAY_USER : partnerUser(party);
    const url = new URL(broker.url);
    url.username = user;
    url.password = passwords.get(user) ?? '';
    return url.href;
  };
}

/** The gateway's private key lies with the gateway, the parties' with the parties; public documents go to both. */
async function shareKeys(agreements: Agreements, masterKey: string, gatewayFolder: string, partyFolder: string): Promise<void> {
  const master = await loadMasterKey(masterKey, '');
  const gateway = await KeyFolder.open(gatewayFolder, master);
  const parties = await KeyFolder.open(partyFolder, master);
  const now = new Date();
  await gateway.generate(agreements.gateway, 'ES256', now);
  for (const { partner } of agreements.links) await parties.generate(partner, 'Ed25519', now);
  const [ours, theirs] = [await gateway.documents(), await parties.documents()];
  for (const document of theirs) await gateway.store(document);
  for (const document of ours) await parties.store(document);
}

/** The embedded PostgreSQL of the run, which dies and comes back on the same port. */
export class Database {
  #server: EmbeddedServer | undefined;

  constructor(
    private readonly folder: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<void> {
    const port = this.#server?.port;
    const { folder, settings } = this;
    this.#server = await startEmbedded({ folder, settings, endsWithUs: true, ...(port === undefined ? {} : { port }) });
  }

  /** SIGKILL to the postmaster and every process of it at once: what lay only in shared memory is gone. */
  kill9(): void {
    if (!this.#server) return;
    const { pid } = this.#server;
    for (const one of [pid, ...childrenOf(pid)]) {
      try {
        process.kill(one, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}

/** Processes started by `parent`. Where they cannot be listed, PostgreSQL's own watch over its postmaster must do. */
function childrenOf(parent: number): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && parentOf(pid) === parent);
  } catch {
    return [];
  }
}

function parentOf(pid: number): number {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1],
    );
  } catch {
    return 0;
  }
}
