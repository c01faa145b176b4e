import type { ReplayReason, VerdictReason } from '#exchange';
import type { Terminal } from '../terminal/terminal.ts';

/** Why a message can or cannot be sent again, in words. */
const WORDS: Readonly<Record<ReplayReason | VerdictReason, string>> = {
  RETRANSLATE: 'it can be translated again from what was received',
  PARKED: 'it waits for a person; translate it again',
  REFUSED_TO_SENDER: 'the sender was told to send another one',
  NOT_AUTHENTIC: 'nobody is proven to have sent it',
  NOT_DECIDED: 'it is not worked on yet',
  UNDER_WAY: 'it is on its way by itself',
  OUTCOME_UNKNOWN: 'no receipt came; ask the partner first',
  PARTNER_LACKS_IT: 'the partner signed that it does not have it',
  PARTNER_HAS_IT: 'the partner has it',
  REFUSED_BY_PARTNER: 'the partner refused it; change or translate it anew',
  EXPIRED: 'its time was over; a new message is needed',
  GAVE_UP: 'sending was given up',
  SUPERSEDED: 'another message stands in its place',
  CANCELLED: 'it was called off',
  CLOSED: 'the matter is closed',
  ALREADY_ACCEPTED: 'it was accepted already',
  NOTHING_SENT: 'nothing was sent of it',
  WRONG_KIND: 'this way does not fit it',
  ALREADY_REPLAYED: 'it was sent again before',
  OPEN_REPLAY: 'another plan has it',
  NEWER_RECEIVED: 'the partner has a newer one of this key',
  NEWER_WAITS: 'a newer one of this key waits',
  DEADLINE_PASSED: 'its deadline has passed',
  DUPLICATE_WINDOW_CLOSED: 'the partner may no longer know it as a duplicate',
  MAPPING_CHANGED: 'the mapping has changed since',
  NOTHING_CHANGED: 'it would come out the same',
  TRANSLATION_FAILS: 'it still cannot be translated',
  KEY_CHANGED: 'our key has changed since',
  KEY_NOT_VALID: 'its key is not valid any more',
  PARTNER_PAUSED: 'the link is stopped',
  TEST_CROSSING: 'test and production would mix',
  LINK_GONE: 'the link does not exist any more',
  SAME_LINK: 'it is the same link',
  PURGED: 'its documents were removed when their time was over',
  NOT_TAKEN_IN: 'it has not come in another way',
  ALREADY_RECEIVED: 'it came in another way already',
  UNREADABLE: 'it is no message of ours',
};

/** A newer gateway may know reasons that this program does not. */
export const reasonText = (reason: string): string => (WORDS as Readonly<Record<string, string>>)[reason] ?? reason;

/** Under a table of verdicts: what each reason in it means, once; and why it may be empty. */
export function explainReasons(terminal: Terminal, lines: readonly { readonly reasons: readonly string[] }[]): void {
  if (lines.length === 0) terminal.note('There is no such message, or it is not yours to see. Names are in:SENDER/ID and out:ID.');
  for (const reason of new Set(lines.flatMap(({ reasons }) => reasons)))
    terminal.note(`${reason}  ${terminal.paintNote('dim', reasonText(reason))}`);
}
