/** Onboarding: what brings a partner from invitation to live traffic. Suite and connectivity test drive any endpoint over the protocol. */
export * from './conformance/index.ts';
export * from './connectivity/index.ts';
export * from './contracts/index.ts';
export * from './transplant/index.ts';
