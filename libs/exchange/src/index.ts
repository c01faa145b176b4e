export * from './ports/clock.port.ts';
export * from './ports/transport.port.ts';
export * from './ports/exchange-store.port.ts';
export * from './ports/message-view.port.ts';
export * from './ports/mailbox-store.port.ts';
