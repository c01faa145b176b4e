export * from './key-folder.ts';
export * from './xml-keys.ts';
