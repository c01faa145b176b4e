import type { Accepted, ChaosLine, Delivered, Offered, Receipted } from './journal-lines.ts';

/**
 * What the journals say. Counted in pairs of message and receiver, since a message may have to reach several. All but the
 * first two must be zero.
 */
export interface Verdict {
  /** Pairs that sources offered and the gateway's side took (broker confirm or receipt). */
  readonly sent: number;
  /** Pairs that had their effect. */
  readonly delivered: number;
  /** Taken, and never delivered. */
  readonly lost: number;
  /** A second effect of one message at one receiver. */
  readonly duplicateEffects: number;
  /** An effect of an earlier revision after a later one of the same business key at the same receiver. */
  readonly outOfOrder: number;
  /** A signed R1 held by a source about a message that was not delivered everywhere. */
  readonly receiptsWithoutCommit: number;
  /** Delivered without an offer, or to somebody it was not meant for. */
  readonly invented: number;
  /** Another document than the translation of what was offered, or other bytes under a known id. */
  readonly altered: number;
  /** The same message again without the mark of a possible duplicate. */
  readonly unflaggedDuplicates: number;
  /** Frames that did not verify, receipts that fit nothing, messages refused. */
  readonly unproven: number;
  /** Offered and never even taken by the end: the source would still be trying. */
  readonly unsent: number;
  /** The counters of Jepsen's total-queue checker, in pairs. */
  readonly jepsen: {
    readonly attempts: number;
    readonly acknowledged: number;
    readonly ok: number;
    readonly lost: number;
    /** Delivered although never acknowledged to the source. */
    readonly recovered: number;
    /** Arrivals beyond the first. */
    readonly duplicated: number;
    readonly unexpected: number;
  };
  /** Pairs behind `lost`, for whoever looks into it: `receiver source/message`. */
  readonly lostPairs: readonly string[];
}

type Pair = `${string} ${string}/${string}`;
const pair = (receiver: string, source: string, messageId: string): Pair => `${receiver} ${source}/${messageId}`;

/** Judges a run by its journals alone; each list holds one party's lines in the order written. */
export function judge(journals: readonly (readonly ChaosLine[])[]): Verdict {
  const lines = journals.flat();
  const offers = new Map<string, Offered>();
  for (const line of only(lines, 'offered')) offers.set(`${line.party}/${line.messageId}`, line);
  const receipts = only(lines, 'receipted');
  const taken = new Set([...only(lines, 'accepted'), ...receipts].map(({ party, messageId }) => `${party}/${messageId}`));
  const arrivals = journals.map((journal) => only(journal, 'delivered'));

  const all = [...offers].flatMap(([key, offer]) => Object.keys(offer.expected).map((to) => ({ key, to })));
  const sent = all.filter(({ key }) => taken.has(key));
  const effects = new Set(arrivals.flat().map(({ party, source }) => pair(party, source.sender, source.messageId)));
  const reached = ({ key, to }: { key: string; to: string }): boolean => effects.has(`${to} ${key}` as Pair);
  const lost = sent.filter((one) => !reached(one));
  const incomplete = new Set(all.filter((one) => !reached(one)).map(({ key }) => key));
  const held = receipts.filter(({ levels, status }) => levels.includes('R1') && status !== 'refused');
  const counted = arrivals.map((list) => judgeArrivals(list, offers));
  const total = (name: keyof Arrivals): number => counted.reduce((sum, one) => sum + one[name], 0);
  const unproven = only(lines, 'unproven').length + receipts.filter(({ status }) => status === 'refused').length;
  return {
    sent: sent.length,
    delivered: all.filter(reached).length,
    lost: lost.length,
    duplicateEffects: total('duplicateEffects'),
    outOfOrder: total('outOfOrder'),
    receiptsWithoutCommit: new Set(held.map(({ party, messageId }) => `${party}/${messageId}`).filter((key) => incomplete.has(key))).size,
    invented: total('invented'),
    altered: total('altered'),
    unflaggedDuplicates: total('unflaggedDuplicates'),
    unproven,
    unsent: all.length - sent.length - all.filter((one) => !taken.has(one.key) && reached(one)).length,
    jepsen: {
      attempts: all.length,
      acknowledged: sent.length,
      ok: sent.filter(reached).length,
      lost: lost.length,
      recovered: all.filter((one) => !taken.has(one.key) && reached(one)).length,
      duplicated: total('repeats'),
      unexpected: total('invented') + total('altered') + unproven,
    },
    lostPairs: lost.map(({ key, to }) => `${to} ${key}`),
  };
}

interface Arrivals {
  duplicateEffects: number;
  outOfOrder: number;
  invented: number;
  altered: number;
  unflaggedDuplicates: number;
  repeats: number;
}

/** One receiver's arrivals, in the order it took them in. */
function judgeArrivals(arrivals: readonly Delivered[], offers: ReadonlyMap<string, Offered>): Arrivals {
  const found: Arrivals = { duplicateEffects: 0, outOfOrder: 0, invented: 0, altered: 0, unflaggedDuplicates: 0, repeats: 0 };
  const firstById = new Map<string, Delivered>();
  const effects = new Set<string>();
  const latest = new Map<string, number>();
  for (const line of arrivals) {
    const source = `${line.source.sender}/${line.source.messageId}`;
    const offer = offers.get(source);
    const wanted = offer?.expected[line.party];
    if (!offer || wanted === undefined) found.invented += 1;
    else if (wanted !== line.documentDigest) found.altered += 1;
    const first = firstById.get(line.messageId);
    if (first) {
      found.repeats += 1;
      if (!line.possibleDuplicate) found.unflaggedDuplicates += 1;
      if (first.manifestDigest !== line.manifestDigest) found.altered += 1;
    } else firstById.set(line.messageId, line);
    if (line.repeated) continue;
    // The receiver acts here: a second time for the same source message is a second effect, whatever its id.
    if (effects.has(source)) found.duplicateEffects += 1;
    effects.add(source);
    if (!offer) continue;
    const key = `${line.source.sender} ${offer.key}`;
    if (offer.revision <= (latest.get(key) ?? 0)) found.outOfOrder += 1;
    latest.set(key, Math.max(offer.revision, latest.get(key) ?? 0));
  }
  return found;
}

interface ByEvent {
  readonly offered: Offered;
  readonly accepted: Accepted;
  readonly receipted: Receipted;
  readonly delivered: Delivered;
  readonly unproven: ChaosLine;
}
const only = <E extends keyof ByEvent>(lines: readonly ChaosLine[], event: E): ByEvent[E][] =>
  lines.filter((line) => line.event === event) as ByEvent[E][];
