export * from './values.ts';
export * from './trade.ts';
export * from './messages/index.ts';
export * from './messages/header.ts';
export * from './errors.ts';
export * from './states.ts';
export * from './agreement.ts';
export * from './strict-json.ts';
