export * from './environment.ts';
export * from './files.ts';
export * from './retention.ts';
