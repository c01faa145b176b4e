import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { KeyFolder, loadMasterKey } from '#adapters';
import { loadEnvironment, readAgreements } from '#config';
import { exchangeKeys } from '../../apps/cli/src/demo/stage/keys.ts';
import { passNothing, type Partners } from '#exchange';
import { newMessageId, sealMessage, type LocalSigner, type SealedMessage } from '#trust';
import { nameKeyOf } from '../../apps/gateway/src/access/account-name.ts';
import { digestOf, newCredential } from '../../apps/gateway/src/access/credentials.ts';
import { composeGateway, stopGateway, type Gateway } from '../../apps/gateway/src/compose.ts';
import { createApplication } from '../../apps/gateway/src/http/application.ts';
import { Healthy } from './healthy.ts';
import { createLogger } from '../../apps/gateway/src/pino-logger.ts';
import { testDatabase } from './postgres.ts';

export interface WholeGateway {
  readonly url: string;
  readonly gateway: Gateway;
  /** Bearer token of a new person with these roles, past sign-in. */
  as(roles: readonly string[], partners?: Partners): Promise<string>;
  /** A document of a partner, signed with its key, as it comes in. Nothing is received yet. */
  sealed(partner: string, document: Buffer): Promise<SealedMessage>;
  close(): Promise<void>;
}

/** Every part of a gateway in this process, over a database of its own, all links by mailbox. Nothing moves by itself: no relay, no keeper runs. */
export async function wholeGateway(settings: Readonly<Record<string, string>> = {}): Promise<WholeGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-whole-'));
  const database = await testDatabase();
  const configured = readAgreements();
  const agreements = { ...configured, links: configured.links.map((link) => ({ ...link, transport: 'mailbox' })) };
  const file = join(folder, 'agreements.json');
  await writeFile(file, JSON.stringify(agreements));
  const partners = configured.links.map(({ partner }) => partner);
  const holders = [configured.gateway, ...partners].map((party) => ({
    party,
    folder: join(folder, party),
    alg: 'ES256' as const,
    knows: party === configured.gateway ? partners : [configured.gateway],
  }));
  await exchangeKeys(holders, join(folder, 'published'), new Date());
  const environment = loadEnvironment({
    DATABASE_URL: database.url,
    LANDBRIDGE_DATA: join(folder, configured.gateway),
    LANDBRIDGE_AGREEMENTS: file,
    LOG_LEVEL: 'silent',
    ...settings,
  });
  const logger = createLogger('silent');
  const gateway = await composeGateway(environment, logger, passNothing);
  const app = await createApplication(gateway, new Healthy(), environment, logger);
  await app.listen(0, '127.0.0.1');
  const sent = new Map<string, LinkPlace>();
  return {
    url: `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`,
    gateway,
    as: (roles, partners = 'all') => signedIn(gateway, roles, partners),
    sealed: async (partner, document) => {
      const keys = await KeyFolder.open(join(folder, partner, 'keys'), await loadMasterKey(undefined, join(folder, partner, 'master.key')));
      const now = new Date();
      const message = sealDocument(
        { partner, gateway: configured.gateway, document, now, before: sent.get(partner) },
        await keys.signer(partner, now),
      );
      sent.set(partner, { sequence: (sent.get(partner)?.sequence ?? 0) + 1, previous: message.manifestDigest });
      return message;
    },
    close: async () => {
      await stopGateway(gateway);
      await app.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface LinkPlace {
  readonly sequence: number;
  readonly previous: string;
}

interface Sealing {
  readonly partner: string;
  readonly gateway: string;
  readonly document: Buffer;
  readonly now: Date;
  readonly before: LinkPlace | undefined;
}

function sealDocument({ partner, gateway, document, now, before }: Sealing, signer: LocalSigner): SealedMessage {
  return sealMessage(
    {
      messageId: newMessageId(now),
      conversationId: 'разговор',
      from: { party: partner },
      to: { party: gateway },
      messageType: { type: 'MT1101', version: '1' },
      created: now.toISOString(),
      notAfter: new Date(now.getTime() + 3_600_000).toISOString(),
      priority: 'B',
      test: false,
      link: before ? { sequence: before.sequence + 1, previous: before.previous } : { sequence: 1 },
      businessKeys: [],
    },
    [{ name: 'document', mediaType: 'application/xml', charset: 'UTF-8', bytes: document }],
    signer,
    now,
  );
}

async function signedIn({ access: { store, clock } }: Gateway, roles: readonly string[], partners: Partners): Promise<string> {
  const [id, now, credential] = [randomUUID(), clock.now(), newCredential('lbs')];
  const name = `person ${id}`;
  await store.createAccount({ id, kind: 'person', name, nameKey: nameKeyOf(name), roles, partners, at: now });
  const until = new Date(now.getTime() + 3_600_000);
  const session = {
    id: randomUUID(),
    accountId: id,
    kind: 'token',
    stage: 'full',
    createdAt: now,
    seenAt: now,
    until,
    address: '',
  } as const;
  await store.openSession(digestOf(credential), session);
  return credential;
}
