import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApi } from '#adapters';
import { installationFolder } from '#config';
import type { TranslatorFiles } from '#formats';
import { loadMappings } from '#formats/tools';
import { ExchangeError } from '#model';
import { contractSite, type SitePage } from '#onboarding';
import { CONTRACT_VERSION, openApiDocument } from './http/openapi.ts';

/** Every page of the published contracts of this installation. Throws CONFIGURATION_INVALID. */
export async function contractPages(files: TranslatorFiles): Promise<SitePage[]> {
  const { mappings, issues } = loadMappings(files);
  if (issues.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues });
  return contractSite({
    openapi: await openApiDocument(),
    asyncapi: asyncApi(CONTRACT_VERSION),
    mappings,
    protocols: protocolDocuments(),
    mappingLanguage: readFileSync(join(installationFolder(), 'docs', 'mapping-language.md'), 'utf8'),
  });
}

function protocolDocuments(): { name: string; text: string }[] {
  const folder = join(installationFolder(), 'docs', 'protocols');
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'));
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}
