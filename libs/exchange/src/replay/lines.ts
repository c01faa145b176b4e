import type { ReplayItem } from '../ports/replay-store.port.ts';
import { bytesOf, payloadDigest, type Assessed, type Wish } from './workbench.ts';

export interface VerdictLine extends Pick<
  ReplayItem,
  'subject' | 'direction' | 'sender' | 'messageId' | 'link' | 'type' | 'orderKey' | 'verdict' | 'reasons'
> {
  readonly state: string;
  /** What would be sent: digests of the documents before and after, length in octets. Absent where nothing can be made. */
  readonly preview?: {
    readonly link: string;
    readonly before: string;
    readonly after: string;
    readonly bytes: number;
    readonly same: boolean;
  };
}

/** One document as it is and as it would be sent to `link`; where nothing can be made both are the same. */
export interface Preview {
  readonly subject: string;
  readonly link: string;
  readonly before: Buffer;
  readonly after: Buffer;
  /** Of both, as the message says. */
  readonly charset: string;
}

const SENDS: ReadonlySet<string> = new Set(['safe', 'care']);

/** Every document that comes out, by where it goes and SHA-256 (base64url) of its octets: what an approval binds to. */
export const becomesOf = ({ making }: Assessed): readonly string[] =>
  (making?.onward ?? []).map(({ link, payload }) => `${link.id} ${payloadDigest(payload)}`);

export const linksOf = ({ candidate, making }: Assessed): string[] => [
  candidate.link,
  ...(making?.onward.map(({ link }) => link.id) ?? []),
];

export function previewsOf({ candidate: { subject, link }, original, making }: Assessed): Preview[] {
  const before = bytesOf(original);
  const charset = original.parts[0]?.charset ?? 'utf-8';
  if (!making) return [{ subject, link, before, after: before, charset }];
  return making.onward.map((onward) => ({ subject, link: onward.link.id, before, after: onward.payload, charset: onward.charset }));
}

const nameOf = ({ candidate: { direction, sender, messageId, subject, type, orderKey }, verdict, reasons }: Assessed) => ({
  subject,
  direction,
  ...(sender === undefined ? {} : { sender }),
  messageId,
  type,
  ...(orderKey === undefined ? {} : { orderKey }),
  verdict,
  reasons,
});

export const itemOf = (one: Assessed, wish: Wish): Omit<ReplayItem, 'results' | 'position'> => ({
  ...nameOf(one),
  link: wish.to ?? one.candidate.link,
  state: SENDS.has(one.verdict) ? 'waiting' : 'excluded',
  becomes: becomesOf(one),
});

export function lineOf(one: Assessed): VerdictLine {
  const [first] = one.making?.onward ?? [];
  const before = bytesOf(one.original);
  return {
    ...nameOf(one),
    link: one.candidate.link,
    state: one.candidate.state,
    ...(first && {
      preview: {
        link: first.link.id,
        before: payloadDigest(before),
        after: payloadDigest(first.payload),
        bytes: first.payload.length,
        same: first.payload.equals(before),
      },
    }),
  };
}
