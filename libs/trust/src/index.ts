/** Trust: signed messages, receipts, keys. Pure but for crypto. The wire rules are docs/protocols/LB-PROTO-1-signed-exchange.md. */
export * from './algorithms.ts';
export * from './encoding.ts';
export * from './frame.ts';
export * from './jwk.ts';
export * from './jws.ts';
export * from './key-directory.ts';
export * from './keystore.ts';
export * from './mailbox-token.ts';
export * from './manifest.ts';
export * from './message.ts';
export * from './message-id.ts';
export * from './probe.ts';
export * from './receipt.ts';
export * from './refusal.ts';
export * from './signer.ts';
