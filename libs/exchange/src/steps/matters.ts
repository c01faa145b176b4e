import { checkEnvelopeClosed, currentState, type DecodedMessage, type StateOrder } from '#formats';
import { issue, type CanonicalMessage, type CanonicalOf, type Issue } from '#model';
import type { EnvelopeRow, InboxKey, StatusNotice, StatusNoticeRow } from '../ports/exchange-store.port.ts';

export type EnvelopeAnswer = CanonicalOf<'CustomsEnvelopeReceipt'> | CanonicalOf<'CustomsEnvelopeCloseOut'>;

/** What a message says about a matter that outlives it. Plain data: it comes out of a worker thread. */
export type Matter =
  | { readonly kind: 'notice'; readonly notice: StatusNotice; readonly pointer: string }
  | { readonly kind: 'envelope'; readonly envelope: CanonicalOf<'CustomsEnvelope'> }
  | { readonly kind: 'answer'; readonly answer: EnvelopeAnswer };

/** The states of a code list, where the list ranks them. */
export type StateOrders = (listId: string) => StateOrder | undefined;

/** The longest number that the store finds again whole. */
const MAX_NUMBER = 200;
const fits = (text: string | undefined): text is string => text !== undefined && text !== '' && text.length <= MAX_NUMBER;

/** Notices of customs about declarations; customs envelopes and their answers. Empty for everything else. */
export function mattersOf({ message, locate }: Pick<DecodedMessage, 'message' | 'locate'>): Matter[] {
  switch (message.type) {
    case 'DeclarationResponse':
      return noticesOf(message).map((notice) => ({ kind: 'notice', notice, pointer: locate('/status/code') }));
    case 'CustomsEnvelope':
      return fits(message.id) ? [{ kind: 'envelope', envelope: message }] : [];
    case 'CustomsEnvelopeReceipt':
    case 'CustomsEnvelopeCloseOut':
      return fits(message.envelopeId) ? [{ kind: 'answer', answer: message }] : [];
    default:
      return [];
  }
}

/** A declaration is known by the platform's number first, and by that of customs later: each has its state. */
function noticesOf({ kind, status, noticeDateTime, platformId, declarationId }: CanonicalOf<'DeclarationResponse'>): StatusNotice[] {
  if (kind !== 'status' || !status || !fits(status.code.value) || !fits(status.code.listId)) return [];
  const { value: code, listId } = status.code;
  return [...new Set([platformId, declarationId].filter(fits))].map((number) => ({
    subject: `declaration:${number}`,
    listId,
    code,
    ...(noticeDateTime === undefined ? {} : { dateTime: noticeDateTime }),
  }));
}

/** What has to be read from the store before messages with matters are planned. */
export const subjectsOf = (matters: readonly Matter[]): string[] =>
  matters.flatMap((matter) => (matter.kind === 'notice' ? [matter.notice.subject] : []));
export const answeredEnvelopes = (matters: readonly Matter[]): string[] =>
  matters.flatMap((matter) => (matter.kind === 'answer' ? [matter.answer.envelopeId] : []));

/** The end of an envelope's validity; of a plain date its end. Undefined where the time is none. */
export function validUntil({ validityPeriod: { endDateTime } }: CanonicalOf<'CustomsEnvelope'>): Date | undefined {
  const end = new Date(endDateTime.includes('T') ? endDateTime : `${endDateTime.slice(0, 10)}T23:59:59.999Z`);
  return Number.isNaN(end.getTime()) || end.getUTCFullYear() > 9999 ? undefined : end;
}

/**
 * What becomes of a matter's state by one more notice: the codes that count before and after, and whether the notice came
 * after a later state was known, so that it changes nothing. Undefined for a code without a rank.
 */
export function nextState(
  known: readonly StatusNoticeRow[],
  notice: StatusNoticeRow,
  orders: StateOrders,
): { readonly from?: string; readonly to: string; readonly superseded: boolean } | undefined {
  const order = orders(notice.listId);
  if (!order || order.rank(notice.code) === undefined) return undefined;
  const before = known.filter(({ subject, listId }) => subject === notice.subject && listId === notice.listId);
  const was = currentState(before, order);
  const is = currentState([...before, notice], order) ?? notice;
  return { ...(was && { from: was.code }), to: is.code, superseded: is.code !== notice.code };
}

/** The state of a matter: the notice that counts by the rank of its code, whatever the order of arrival. One for each ranked list. */
export function statesOf(notices: readonly StatusNoticeRow[], orders: StateOrders): StatusNoticeRow[] {
  return [...new Set(notices.map(({ listId }) => listId))].flatMap((list) => {
    const order = orders(list);
    return (
      (order &&
        currentState(
          notices.filter(({ listId }) => listId === list),
          order,
        )) ??
      []
    );
  });
}

/**
 * The envelope an answer closes or receives: of that number, and passed on to whoever answers. Where two senders used one
 * number towards the same office, the one that is still open, and of those the later.
 */
export function envelopeOf(
  rows: readonly EnvelopeRow[],
  answer: EnvelopeAnswer,
  from: string,
  passedOnTo: (sender: string, type: CanonicalMessage['type']) => readonly string[],
): EnvelopeRow | undefined {
  return rows
    .filter(({ id, sender }) => id === answer.envelopeId && passedOnTo(sender, 'CustomsEnvelope').includes(from))
    .sort(
      (a, b) => Number(a.closedAt !== undefined) - Number(b.closedAt !== undefined) || b.receivedAt.getTime() - a.receivedAt.getTime(),
    )[0];
}

/** What is wrong with an answer beside the envelope it answers, as canonical pointers into the answer. */
export function checkAnswer({ document, closedAt }: EnvelopeRow, answer: EnvelopeAnswer): Issue[] {
  const found = checkEnvelopeClosed(document, answer);
  if (closedAt && answer.type === 'CustomsEnvelopeCloseOut')
    found.push(issue('FIELDS_CONTRADICT', '/envelopeId', 'The envelope was closed out before.'));
  return found;
}

export const inboxSubject = ({ sender, messageId }: InboxKey): string => `in:${sender}/${messageId}`;
