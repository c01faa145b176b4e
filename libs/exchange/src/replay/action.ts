import { sha256 } from '#trust';
import type { ReplayItem } from '../ports/replay-store.port.ts';
import type { PlanKind } from './verdict.ts';

export interface ReplayAction {
  readonly id: string;
  readonly kind: PlanKind;
  readonly author: string;
  readonly reason: string;
  /** In the order in which they are sent. */
  readonly items: readonly Pick<ReplayItem, 'subject' | 'link' | 'verdict' | 'reasons'>[];
  readonly excluded: readonly Pick<ReplayItem, 'subject' | 'link' | 'verdict' | 'reasons'>[];
  readonly to?: string;
  /** SHA-256 (base64url) of the document as it was and as it was changed. */
  readonly edit?: { readonly original: string; readonly changed: string };
  readonly canary: number;
  readonly rate: number;
  readonly maxFailures: number;
}

const told = ({ subject, link, verdict, reasons }: ReplayAction['items'][number]) => ({ subject, link, verdict, reasons: [...reasons] });

/**
 * The exact action as octets, and their digest: what a second person approves and the report quotes. One spelling: members in this
 * order, no space, absent members absent.
 */
export function canonicalAction(action: ReplayAction): { readonly octets: Buffer; readonly digest: string } {
  const { id, kind, author, reason, to, edit, canary, rate, maxFailures, items, excluded } = action;
  const octets = Buffer.from(
    JSON.stringify({
      profile: 'LB-REPLAY-1',
      id,
      kind,
      author,
      reason,
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
