export { FailureLimiter } from '../posted/failure-limiter.ts';
export { MailboxTransport, type MailboxTransportOptions } from './mailbox.transport.ts';
export { MailboxController } from './mailbox.controller.ts';
export { type MailboxCall, MailboxGate, SignedTokenGate } from './mailbox-gate.ts';
export { decodeMailbox, encodeMailbox } from './multipart.ts';
