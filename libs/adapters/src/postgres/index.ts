export { startEmbedded, stopEmbedded, type EmbeddedOptions, type EmbeddedServer } from './embedded.ts';
export { hydrateLinks } from './binaries.ts';
