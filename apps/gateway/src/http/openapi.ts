import type { INestApplication, InjectionToken, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { MailboxController, PushController } from '#adapters';
import { ACCESS_CONTROLLERS } from '../access/access.module.ts';
import { CONTROLLERS } from '../gateway.module.ts';

/** Changes when readers have to change; what is only added keeps it. */
export const CONTRACT_VERSION = '1';

function describe(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Landbridge gateway')
    .setVersion(CONTRACT_VERSION)
    .addBearerAuth()
    .addCookieAuth('__Host-landbridge')
    .build();
  return SwaggerModule.createDocument(app, config);
}

/** The description of the running process: `/openapi.json`, and a page to read and try it under `/docs/api`. */
export function serveOpenApi(app: NestExpressApplication): void {
  SwaggerModule.setup('docs/api', app, () => describe(app), { jsonDocumentUrl: 'openapi.json' });
}

class EveryController {}

/** What a class asks for at its construction, as Nest keeps it. */
function tokensOf(controller: Type): InjectionToken[] {
  const types = (Reflect.getMetadata('design:paramtypes', controller) ?? []) as Type[];
  const named = (Reflect.getMetadata('self:paramtypes', controller) ?? []) as { index: number; param: InjectionToken }[];
  return types.map((type, index) => named.find((one) => one.index === index)?.param ?? type);
}

/** The same description without a gateway: made from what the handlers declare; no handler is made, nothing is started. */
export async function openApiDocument(): Promise<OpenAPIObject> {
  const controllers = [...CONTROLLERS, ...ACCESS_CONTROLLERS, MailboxController, PushController];
  // Looked up although nothing is built in preview.
  const providers = [...new Set(controllers.flatMap(tokensOf))].map((provide) => ({ provide, useValue: undefined }));
  const app = await NestFactory.create(
    { module: EveryController, controllers, providers },
    { preview: true, logger: false, abortOnError: false },
  );
  try {
    return describe(app);
  } finally {
    await app.close();
  }
}
