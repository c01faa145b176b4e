import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import type { Environment } from '#config';
import { composeGateway, stopGateway, type Gateway, type Overrides } from './compose.ts';
import { crashAt } from './faults.ts';
import { createApplication } from './http/application.ts';
import { HealthSource, type LinkHealth } from './http/health.controller.ts';
import { createLogger } from './pino-logger.ts';

export interface RunningGateway {
  readonly url: string;
  readonly gateway: Gateway;
  stop(): Promise<void>;
}

class GatewayHealth extends HealthSource {
  stopping = false;
  constructor(private readonly gateway: Gateway) {
    super();
  }

  async storeReachable(): Promise<boolean> {
    return Promise.race([this.gateway.keeps(), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 2_000).unref())]);
  }

  stamping() {
    return this.gateway.proof.stamping?.state;
  }

  agreements() {
    return this.gateway.agreements.keeper.standing;
  }

  links(): readonly LinkHealth[] {
    const { book, transports, relays } = this.gateway;
    return book.links.map((link) => ({
      link: link.id,
      transport: link.transport,
      condition: transports.of(link).condition(link.id),
      relay: relays.of(link.id)?.held ? 'held' : 'elsewhere',
    }));
  }
}

/** Starts everything and answers SIGTERM and SIGINT by stopping in order. Resolves when messages are accepted. */
export async function startGateway(environment: Environment, overrides: Overrides = {}): Promise<RunningGateway> {
  const logger = createLogger(environment.LOG_LEVEL);
  const gateway = await composeGateway(environment, logger, crashAt(environment.CRASH_AT), overrides);
  const health = new GatewayHealth(gateway);
  const app = await createApplication(gateway, health, environment, logger);
  for (const strategy of gateway.transports.strategies) app.connectMicroservice({ strategy });

  await gateway.proof.start();
  await gateway.pipeline.start();
  await app.startAllMicroservices();
  await app.listen(environment.HTTP_PORT, environment.HTTP_HOST);
  await gateway.admission.start();
  await gateway.transports.start(gateway.book.links, gateway.pipeline.receive);
  gateway.relays.start(5_000);
  await gateway.agreements.keeper.start((agreements, edition) => gateway.agreements.follow(gateway.relays, agreements, edition));
  gateway.replays.start();
  gateway.incidents.start();
  gateway.alerts.start();
  gateway.mappings.start();
  gateway.partnerTests.start();
  // The exchange does not wait for what the broker gave up.
  void gateway.links.start();

  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${environment.HTTP_HOST}:${port}`;
  logger.info({ url, agreements: gateway.book.edition.version, links: gateway.book.links.map(({ id }) => id) }, 'listening');
  const stop = stopOnce(app, gateway, health);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().then(() => process.exit(0)));
  return { url, gateway, stop };
}

function stopOnce(app: NestExpressApplication, gateway: Gateway, health: GatewayHealth): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () =>
    (stopping ??= (async () => {
      health.stopping = true;
      gateway.logger.info('stopping');
      await stopGateway(gateway);
      await app.close();
      gateway.logger.info('stopped');
    })());
}
