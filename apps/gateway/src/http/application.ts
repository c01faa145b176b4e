import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { json } from 'express';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { installationFolder, type Environment } from '#config';
import type { Gateway } from '../compose.ts';
import { GatewayModule } from '../gateway.module.ts';
import { PinoLogger } from '../pino-logger.ts';
import { consoleRoutes } from './console.ts';
import { serveOpenApi } from './openapi.ts';
import type { HealthSource } from './health.controller.ts';
import { ProblemFilter } from './problem.filter.ts';
import { securityHeaders } from './security-headers.ts';

/** Small JSON bodies for the API only: the mailbox reads its own bytes. */
const API_BODY_LIMIT = '64kb';
/** A changed document of a megabyte, in base64, and what goes with it. */
const EDIT_BODY_LIMIT = '1500kb';

/** The HTTP side of a composed gateway: headers, limits, every controller, the console's files, the OpenAPI document. */
export async function createApplication(
  gateway: Gateway,
  health: HealthSource,
  { TRUSTED_PROXIES, LANDBRIDGE_ENVIRONMENT }: Environment,
  logger: Logger,
): Promise<NestExpressApplication> {
  const { site, oidc } = gateway.access;
  const about = { environment: LANDBRIDGE_ENVIRONMENT, gateway: gateway.book.gateway, issuer: oidc.configured };
  const app = await NestFactory.create<NestExpressApplication>(GatewayModule.of(gateway, health, about), {
    logger: new PinoLogger(logger),
    bodyParser: false,
  });
  app.disable('x-powered-by');
  // One value a parameter, never an object made of its name.
  app.set('query parser', 'simple');
  if (TRUSTED_PROXIES !== undefined) app.set('trust proxy', TRUSTED_PROXIES);
  app.use(securityHeaders(site.secure));
  app.use('/api/replays', json({ limit: EDIT_BODY_LIMIT, inflate: false }));
  app.use('/api/mapping-versions', json({ limit: EDIT_BODY_LIMIT, inflate: false }));
  app.use('/api', json({ limit: API_BODY_LIMIT, inflate: false }));
  app.use('/console', consoleRoutes(join(installationFolder(), 'dist', 'console')));
  app.useGlobalFilters(new ProblemFilter(logger));
  serveOpenApi(app);
  return app;
}
