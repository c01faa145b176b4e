export * from './asyncapi.ts';
