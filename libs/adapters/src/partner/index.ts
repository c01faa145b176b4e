export * from './partner-endpoint.ts';
export { AmqpPartner, type AmqpPartnerOptions } from './amqp-partner.ts';
export { MailboxPartner, type MailboxPartnerOptions } from './mailbox-partner.ts';
export { FolderPartner, type FolderPartnerOptions } from './folder-partner.ts';
export { JournalFile } from './journal-file.ts';
export { countersignDay, type PartnerReconciliationOptions } from './partner-reconciliation.ts';
export { PartnerKeys, type PartnerKeysOptions } from './partner-keys.ts';
export { PartnerUnderTest, type PartnerUnderTestOptions } from './partner-under-test.ts';
export { HostedMailbox, type HostedMailboxOptions } from './hosted-mailbox.ts';
