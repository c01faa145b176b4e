import type { IncomingMessage } from 'node:http';
import { ExchangeError } from '#model';
import type { MemoryBudget } from './memory-budget.ts';

/** Room for the signed manifest and the frame around the parts. */
export const ENVELOPE_BYTES = 256 * 1024;

export interface ReadBody {
  readonly bytes: Buffer;
  /** Gives the memory back; call when the bytes are no longer held. */
  readonly release: () => void;
}

/**
 * Reads a request body into memory, never more than `limit` bytes of it: a larger announced length is refused at once, a larger
 * stream at the byte that passes the limit; the rest is read and thrown away, so that the sender can still hear the answer.
 * Rejects with TOO_LARGE, OVERLOADED (no memory left for it) or USAGE (cut off).
 */
export function readBody(request: IncomingMessage, limit: number, memory: MemoryBudget, link: string): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let held = 0;
    const release = (): void => {
      memory.give(held, link);
      held = 0;
    };
    const refuse = (error: ExchangeError): void => {
      request.off('data', collect).off('end', finish).off('close', cutOff).resume();
      release();
      reject(error);
    };
    const collect = (chunk: Buffer): void => {
      if (held + chunk.length > limit) return refuse(new ExchangeError('TOO_LARGE'));
      if (!memory.take(chunk.length, link)) return refuse(new ExchangeError('OVERLOADED'));
      held += chunk.length;
      chunks.push(chunk);
    };
    const finish = (): void => {
      request.off('close', cutOff);
      resolve({ bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), release });
    };
    const cutOff = (): void => refuse(new ExchangeError('USAGE', { detail: 'The request ended early.' }));
    request.once('error', () => undefined); // 'close' follows
    // A body parser ran before us: the gateway's HTTP application must be created with `bodyParser: false`.
    if (request.readableEnded) return refuse(new ExchangeError('INTERNAL', { detail: 'The body was read by somebody else.' }));
    if (Number(request.headers['content-length'] ?? 0) > limit) return refuse(new ExchangeError('TOO_LARGE'));
    request.on('data', collect).once('end', finish).once('close', cutOff);
  });
}
