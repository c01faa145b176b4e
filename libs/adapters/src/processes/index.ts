export { freePorts } from './free-ports.ts';
export { guard, guardChild } from './guard.ts';
export { GATEWAY_NODE_FLAGS } from './node-flags.ts';
