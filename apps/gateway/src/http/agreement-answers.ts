/** What the endpoints about agreements answer, as JSON brings it. */
import { z } from 'zod';

const text = z.string();
const number = z.number().int().min(0);
const agreements = z.record(z.string(), z.unknown()).describe('gateway, parties, links, routes, as in an agreements file.');
const version = {
  version: number,
  digest: text.describe('Of the content, whatever the order of its members: SHA-256, base64url.'),
  origin: z.enum(['file', 'request']),
  author: text,
  approver: text.optional(),
  reason: text,
  restores: number.optional().describe('The version whose content came back with it.'),
  at: z.iso.datetime().describe('UTC, with milliseconds'),
};

export const AgreementsAnswer = z.object({ running: number, digest: text, newest: number, agreements });
export const AgreementVersionsAnswer = z.object({ versions: z.array(z.object(version)) });
export const AgreementVersionAnswer = z.object({ ...version, agreements });
