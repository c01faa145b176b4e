export * from './partner-endpoint.ts';
export { AmqpPartner, type AmqpPartnerOptions } from './amqp-partner.ts';
