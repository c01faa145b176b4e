export * from './keys/index.ts';
export * from './postgres/index.ts';
export * from './store/index.ts';
