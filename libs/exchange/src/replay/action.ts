import { sha256 } from '#trust';
import type { ReplayItem } from '../ports/replay-store.port.ts';
import type { PlanKind } from './verdict.ts';

type Told = Pick<ReplayItem, 'subject' | 'link' | 'verdict' | 'reasons' | 'becomes'>;

export interface ReplayAction {
  readonly id: string;
  readonly kind: PlanKind;
  readonly author: string;
  readonly reason: string;
  /** What described the set. */
  readonly query?: string;
  /** In the order in which they are sent, each with the documents that will come out. */
  readonly items: readonly Told[];
  readonly excluded: readonly Told[];
  readonly to?: string;
  /** SHA-256 (base64url) of the document as it was and as it was changed. */
  readonly edit?: { readonly original: string; readonly changed: string };
  readonly canary: number;
  readonly rate: number;
  readonly maxFailures: number;
}

const told = ({ subject, link, verdict, reasons, becomes }: Told) => ({
  subject,
  link,
  verdict,
  reasons: [...reasons],
  ...(becomes.length === 0 ? {} : { becomes: [...becomes] }),
});

/**
 * The exact action as octets, and their digest: what a second person approves and the report quotes. One spelling: members in this
 * order, no space, absent members absent.
 */
export function canonicalAction(action: ReplayAction): { readonly octets: Buffer; readonly digest: string } {
  const { id, kind, author, reason, query, to, edit, canary, rate, maxFailures, items, excluded } = action;
  const octets = Buffer.from(
    JSON.stringify({
      profile: 'LB-REPLAY-1',
      id,
      kind,
      author,
      reason,
      ...(query === undefined ? {} : { query }),
      ...(to === undefined ? {} : { to }),
      ...(edit === undefined ? {} : { edit: { original: edit.original, changed: edit.changed } }),
      canary,
      rate,
      maxFailures,
      items: items.map(told),
      excluded: excluded.map(told),
    }),
  );
  return { octets, digest: sha256(octets) };
}
