export { breakingChanges, type Contracts } from './compatibility.ts';
export { errorCatalogue, type PublishedError } from './error-catalogue.ts';
export { publishedSchemas } from './schemas.ts';
export type { Break, JsonSchema } from './schema-compatibility.ts';
export { contractSite, type SitePage, type SiteSources } from './site.ts';
