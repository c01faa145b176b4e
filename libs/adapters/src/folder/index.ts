export * from './boxes.ts';
export * from './folder.transport.ts';
