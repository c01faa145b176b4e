export * from './key-folder.ts';
