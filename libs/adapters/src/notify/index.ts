export { WebhookChannel, type WebhookOptions } from './webhook-channel.ts';
export { MailChannel, type MailOptions } from './mail-channel.ts';
