export { SocketProbe, type SocketProbeOptions } from './network-probe.ts';
export { brokerPermissions, mailboxPermissions, type MailboxPermissionOptions } from './permissions.ts';
