/**
 * Flags of Node.js for a process that carries messages. A batch of documents lives for some tens of milliseconds, longer than
 * 16 MB of new space last under load: V8 then copies and promotes what is garbage a moment later (docs/operations.md, "Memory").
 */
export const GATEWAY_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=32'];
