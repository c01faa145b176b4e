/** Onboarding: what brings a partner from invitation to live traffic. The conformance suite drives any endpoint over the protocol. */
export * from './conformance/index.ts';
