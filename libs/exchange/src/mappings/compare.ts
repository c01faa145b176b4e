/** What one document says by a new version of a mapping beside what it says by the one in place. Values are never kept. */
import { compareMessages, type DecodedMessage, type Translator } from '#formats';
import type { Link } from '#model';
import { understand, type UnderstandOptions, type Understood } from '../steps/understand.ts';

/** `broken`: passed before and does not now; `mended`: the other way round; `failing`: neither. */
export type Comparison = 'same' | 'differs' | 'broken' | 'mended' | 'failing';

/** One kind of difference: a place without numbers of occurrences, or an error code with its place. */
export interface DifferenceCount {
  /** `changed`, `added`, `removed`, `moved` in the message; `output`: a receiver gets other octets; `error`: found by the new version alone. */
  readonly kind: 'changed' | 'added' | 'removed' | 'moved' | 'output' | 'error';
  readonly place: string;
  readonly code?: string;
  readonly count: number;
  /** Name of the sample or id of the message it was first seen in: whoever may see payloads looks at it there. */
  readonly example: string;
}

export interface Compared {
  readonly verdict: Comparison;
  readonly differences: readonly Omit<DifferenceCount, 'count' | 'example'>[];
}

export interface CompareOptions extends Omit<UnderstandOptions, 'translator'> {
  readonly before: Translator;
  readonly after: Translator;
}

/** Both versions do all a message goes through, routing and translation included; nothing is stored or sent. */
export function compareReading(bytes: Buffer, link: Link, { before, after, ...rest }: CompareOptions): Compared {
  const [one, other] = [understand(bytes, link, { ...rest, translator: before }), understand(bytes, link, { ...rest, translator: after })];
  const differences = [...messagesApart(bytes, link, before, after), ...outputsApart(one, other), ...errorsOf(one, other)];
  const [passed, passes] = [one.state === 'routed', other.state === 'routed'];
  const verdict = passed ? (passes ? (differences.length > 0 ? 'differs' : 'same') : 'broken') : passes ? 'mended' : 'failing';
  return { verdict, differences };
}

function messagesApart(bytes: Buffer, link: Link, before: Translator, after: Translator): Compared['differences'] {
  const reading = { charsets: link.charsets, maxBytes: link.limits.messageBytes, link: link.id };
  const [one, other] = [before.decode(bytes, reading).messages, after.decode(bytes, reading).messages];
  if (one.length !== other.length) return [{ kind: one.length < other.length ? 'added' : 'removed', place: '' }];
  return one.flatMap((message, index) => {
    const { message: right } = other[index] as DecodedMessage;
    return compareMessages(message.message, right).flatMap(({ kind, path }) =>
      kind === 'sameMeaning' ? [] : [{ kind, place: path.replaceAll(/\[[^\]]*\]/g, '') }],
    );
  });
}

function outputsApart({ onward: before }: Understood, { onward: after }: Understood): Compared['differences'] {
  return before.flatMap(({ link, index, payload }) => {
    const same = after.find((one) => one.link.id === link.id && one.index === index);
    return same && !same.payload.equals(payload) ? [{ kind: 'output' as const, place: link.id }] : [];
  });
}

function errorsOf({ issues: before }: Understood, { issues: after }: Understood): Compared['differences'] {
  const known = new Set(before.map(({ code, pointer }) => `${code} ${pointer}`));
  return after
    .filter(({ severity, code, pointer }) => severity === 'error' && !known.has(`${code} ${pointer}`))
    .map(({ code, pointer }) => ({ kind: 'error' as const, code, place: pointer.replaceAll(/\[\d+\]/g, '') }));
}

/** Kinds of differences that are listed; more of them say that the two mappings have little in common. */
const MOST_KINDS = 200;

/** Adds what one document showed to what others did. */
export function tallied(counts: readonly DifferenceCount[], { differences }: Compared, example: string): DifferenceCount[] {
  const all = new Map(counts.map((one) => [keyOf(one), one]));
  for (const one of differences) {
    const key = keyOf(one);
    const known = all.get(key);
    if (known) all.set(key, { ...known, count: known.count + 1 });
    else if (all.size < MOST_KINDS) all.set(key, { ...one, count: 1, example });
  }
  return [...all.values()].sort((one, other) => other.count - one.count);
}

const keyOf = ({ kind, place, code }: Pick<DifferenceCount, 'kind' | 'place' | 'code'>): string => `${kind} ${code ?? ''} ${place}`;
