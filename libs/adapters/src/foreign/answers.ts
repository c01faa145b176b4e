import { ExchangeError } from '#model';
import { z } from 'zod';
import type { ForeignVerdict, ForeignVerifyRequest, SecondSignRequest } from '#exchange';

/** The questions put to a signature service and its answers: one JSON object each (docs/protocols/LB-PROTO-3). Bytes are base64. */
export const MAX_ANSWER = 64 * 1024;

const Verdict = z.strictObject({
  verdict: z.enum(['valid', 'invalid', 'indeterminate']),
  certificateDigest: z.string().max(64).optional(),
  algorithm: z.string().max(200).optional(),
  reason: z
    .string()
    .regex(/^[A-Za-z0-9 ._:-]{1,100}$/)
    .optional(),
});
const Signature = z.strictObject({ signature: z.base64().min(4).max(2048) });

export const verifyQuestion = ({ input, signature, ...rest }: ForeignVerifyRequest): string =>
  JSON.stringify({
    operation: 'verify',
    ...rest,
    input: input.toString('base64'),
    ...(signature && { signature: signature.toString('base64') }),
  });

export const signQuestion = ({ input, ...rest }: SecondSignRequest): string =>
  JSON.stringify({ operation: 'sign', ...rest, input: input.toString('base64') });

/** What is no verdict is none: the octets were judged by nobody, and that is not `valid`. */
export function readVerdict(answer: string | undefined): ForeignVerdict {
  const parsed = Verdict.safeParse(json(answer));
  if (!parsed.success) return { verdict: 'indeterminate', reason: 'VERIFIER_ANSWER' };
  const { verdict, certificateDigest, algorithm, reason } = parsed.data;
  return {
    verdict,
    ...(certificateDigest !== undefined && { certificateDigest }),
    ...(algorithm !== undefined && { algorithm }),
    ...(reason !== undefined && { reason }),
  };
}

export function readSignature(answer: string | undefined): Buffer {
  const parsed = Signature.safeParse(json(answer));
  if (!parsed.success) throw new ExchangeError('SIGNATURE_SERVICE_UNAVAILABLE', { detail: 'It gave no signature.' });
  return Buffer.from(parsed.data.signature, 'base64');
}

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
