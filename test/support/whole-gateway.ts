import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment, readAgreements } from '#config';
import { exchangeKeys } from '../../apps/cli/src/demo/stage/keys.ts';
import { passNothing } from '#exchange';
import { composeGateway, stopGateway, type Gateway } from '../../apps/gateway/src/compose.ts';
import { createApplication } from '../../apps/gateway/src/http/application.ts';
import { Healthy } from './healthy.ts';
import { createLogger } from '../../apps/gateway/src/pino-logger.ts';
import { testDatabase } from './postgres.ts';

export interface WholeGateway {
  readonly url: string;
  readonly gateway: Gateway;
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
  return {
    url: `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`,
    gateway,
    close: async () => {
      await stopGateway(gateway);
      await app.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
