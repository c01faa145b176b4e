export { createDataSource, type DataSourceSettings } from './data-source.ts';
export { migrate, pendingMigrations, schemaDrift } from './migrate.ts';
export { describeSchema } from './describe-schema.ts';
export { PostgresExchangeStore, type StoreOptions } from './postgres-exchange-store.ts';
export { PostgresMailboxStore } from './postgres-mailbox-store.ts';
export { PostgresMessageView } from './postgres-message-view.ts';
