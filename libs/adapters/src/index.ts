export * from './keys/index.ts';
export * from './postgres/index.ts';
export * from './store/index.ts';
export * from './amqp/index.ts';
export * from './partner/index.ts';
export * from './mailbox/index.ts';
