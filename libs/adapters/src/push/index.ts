export { contentDigest, requestIsGenuine, signRequest, type SignedRequest } from './http-signature.ts';
export { PushController } from './push.controller.ts';
export { PushGate } from './push-gate.ts';
export { PushTransport, type PushTransportOptions } from './push.transport.ts';
