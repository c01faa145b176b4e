export * from './boxes.ts';
export type { BoxDisk } from './box-disk.ts';
export * from './folder.transport.ts';
