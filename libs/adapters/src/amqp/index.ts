export * from './amqp.connection.ts';
export { type AmqpTransportOptions, AmqpTransport } from './amqp.transport.ts';
export { AmqpStrategy, type AmqpStrategyOptions, INBOUND_PATTERN, InboundContext } from './amqp.strategy.ts';
export * from './dead-letters.ts';
export * from './topology.ts';
export * from './topology-apply.ts';
export { BrokerManagement } from './broker-management.ts';
export { type PrivateBroker, type PrivateBrokerOptions, startPrivateBroker } from './private-broker.ts';
