export * from './needs.ts';
export { PostgresAccessStore } from './postgres-access-store.ts';
