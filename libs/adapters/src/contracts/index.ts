export * from './asyncapi.ts';
export { runContractProgram, type WrittenPage } from './contract-program.ts';
