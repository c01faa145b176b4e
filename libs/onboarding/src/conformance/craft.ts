/** Artefacts as an attacker or a careless partner would make them: any header, any payload, truly signed where a key is at hand. */
import { createHmac } from 'node:crypto';
import type { Signer } from '#trust';

const encoded = (value: string | Buffer): string => Buffer.from(value as string).toString('base64url');

export interface CraftOptions {
  readonly header?: (value: string) => string;
  readonly payload?: (value: string | Buffer) => string;
}

/** A compact JWS over exactly these octets. */
export function craft(
  header: string | Record<string, unknown>,
  payload: string | Buffer,
  signer: Signer,
  options: CraftOptions = {},
): Buffer {
  const head = (options.header ?? encoded)(typeof header === 'string' ? header : JSON.stringify(header));
  const input = Buffer.from(`${head}.${(options.payload ?? encoded)(payload)}`, 'latin1');
  return Buffer.concat([input, Buffer.from(`.${signer.sign(input).toString('base64url')}`)]);
}

export const padded = (value: string | Buffer): string => `${encoded(value)}=`;

export const segmentsOf = (jws: Buffer): [string, string, string] => jws.toString('latin1').split('.') as [string, string, string];

export const joined = (...segments: readonly string[]): Buffer => Buffer.from(segments.join('.'), 'utf8');

/** The ASN.1 form of an R‖S signature, as most libraries give it unasked. */
export function der(signature: Buffer): Buffer {
  const half = signature.length / 2;
  const integers = [signature.subarray(0, half), signature.subarray(half)].map((value) => {
    const positive = value[0]! > 127 ? Buffer.concat([Buffer.from([0]), value]) : value;
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  });
  const body = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

export const hmac = (input: string, secret: string): string => createHmac('sha256', secret).update(input).digest('base64url');

/** Decodes to the same octets in a lax decoder: the last letter of an 86-letter signature has four unused bits. */
export const withUnusedBits = (value: string): string => value.slice(0, -1) + String.fromCharCode(value.charCodeAt(value.length - 1) + 1);
