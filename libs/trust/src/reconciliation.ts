/**
 * Daily reconciliation of a link (LB-PROTO-4 §5): one party states, signed, which messages of a day it has sent and received,
 * the other answers, signed, with the same as it sees it. Each side is summed up by a Merkle root over sequence numbers and
 * manifest digests, the runs of sequence numbers held, and roots of blocks, so that what is missing or differs can be named.
 */
import { ExchangeError, parseStrictJson } from '#model';
import { z } from 'zod';
import { sha256 } from './encoding.ts';
import { signJws, TYPES } from './jws.ts';
import type { KeyDirectory } from './key-directory.ts';
import { Digest, Instant, MessageId, PartyKey, PROFILE } from './manifest.ts';
import { leafHash, treeRoot } from './merkle.ts';
import { derivedMessageId } from './message-id.ts';
import { encodeFields } from './octet-fields.ts';
import { openAddressed, type OpenContext } from './query.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

/** Sequence numbers of one block. */
export const RECONCILIATION_BLOCK = 1024;
const MAX_BLOCKS = 4096;
/** Sequence numbers of one statement at most; the rest comes with the next day. */
export const RECONCILIATION_RANGE = MAX_BLOCKS * RECONCILIATION_BLOCK;
const MAX_RUNS = 4096;
/** Blocks of one direction whose digests an answer spells out. */
const MAX_SPELT_OUT = 32;
const VERSION = 'LB-RECONCILIATION-1';

/** A message as both sides know it. */
export interface CountedMessage {
  readonly sequence: number;
  /** SHA-256 of the manifest, base64url. */
  readonly manifestDigest: string;
}

const Count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
/** First and last of consecutive numbers. */
const Run = z.tuple([Count, Count]).refine(([first, last]) => first <= last, 'a run goes upwards');
export type Run = z.infer<typeof Run>;

const side = {
  /** The messages with sequence numbers above `after` up to `last`: those of the day, by the one who makes the statement. */
  after: Count,
  last: Count,
  count: Count,
  root: Digest,
  /** Sequence numbers held, ascending. */
  runs: z.array(Run).max(MAX_RUNS),
  /** Root of each block of RECONCILIATION_BLOCK numbers, beginning with `after` + 1. */
  blocks: z.array(Digest).max(MAX_BLOCKS),
};
const fits = ({ after, last, blocks }: { after: number; last: number; blocks: readonly string[] }) =>
  last >= after && blocks.length === Math.ceil((last - after) / RECONCILIATION_BLOCK);
export const ReconciliationSide = z.strictObject(side).refine(fits, 'every block of the range has its root');
export type ReconciliationSide = z.infer<typeof ReconciliationSide>;

export const Day = z.iso.date();

export const Reconciliation = z.strictObject({
  profile: z.literal(PROFILE),
  /** Of link, party and day: made twice, it is the same. */
  id: MessageId,
  link: z.string().min(1).max(31),
  from: PartyKey,
  to: PartyKey,
  /** UTC. */
  day: Day,
  sent: ReconciliationSide,
  received: ReconciliationSide,
  /** Newest signed root of the log of `from`: handed over, it can no longer be changed unseen. Absent before the first. */
  log: z.strictObject({ sequence: Count, digest: Digest }).optional(),
  issued: Instant,
});
export type Reconciliation = z.infer<typeof Reconciliation>;

const AnsweredSide = z
  .strictObject({
    ...side,
    /** Sequence number and manifest digest of what is held in blocks whose root is not that of the statement. */
    entries: z.array(z.tuple([Count, Digest])).max(MAX_SPELT_OUT * RECONCILIATION_BLOCK * 2),
  })
  .refine(fits, 'every block of the range has its root');
export type AnsweredSide = z.infer<typeof AnsweredSide>;

export const ReconciliationAnswer = z.strictObject({
  profile: z.literal(PROFILE),
  /** Id and SHA-256 of the exact octets of the statement: an answer fits one statement only. */
  id: MessageId,
  statementDigest: Digest,
  link: z.string().min(1).max(31),
  from: PartyKey,
  to: PartyKey,
  day: Day,
  /** As the one who answers sees it: what it has sent stands against what the other has received. */
  sent: AnsweredSide,
  received: AnsweredSide,
  issued: Instant,
});
export type ReconciliationAnswer = z.infer<typeof ReconciliationAnswer>;

/** What two sides of one direction do not agree about, by sequence number. */
export interface Differences {
  /** Held by us and not by the other. */
  readonly missingThere: readonly Run[];
  /** Held by the other and not by us. */
  readonly missingHere: readonly Run[];
  /** Held by both with different manifests, or by one of them twice. */
  readonly differing: readonly Run[];
  /** Something differs among these, and the other did not spell out what. */
  readonly unexplained: readonly Run[];
}

/** Of the same party, link and day it is always the same. */
export function reconciliationId(from: string, link: string, day: string): string {
  const time = Date.parse(`${day}T00:00:00Z`).toString(16).padStart(12, '0');
  return derivedMessageId(`${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`, 'reconciliation', from, link, day);
}

const leafOf = ({ sequence, manifestDigest }: CountedMessage): Buffer =>
  leafHash(encodeFields([VERSION, String(sequence), manifestDigest]));
const rootOf = (messages: readonly CountedMessage[]): string => treeRoot(messages.map(leafOf)).toString('base64url');

/** Sums up what is held of a range; `messages` in any order, those outside do not count. */
export function sumUp(messages: Iterable<CountedMessage>, { after, last }: Pick<ReconciliationSide, 'after' | 'last'>): ReconciliationSide {
  const held = within(messages, after, last);
  const blocks = blocksOf(held, after, last).map(rootOf);
  return {
    after,
    last,
    count: held.length,
    root: rootOf(held),
    runs: runsOf(held.map(({ sequence }) => sequence)).slice(0, MAX_RUNS),
    blocks,
  };
}

/** Signs what `from` has of a day. */
export function sealReconciliation(
  fields: Omit<Reconciliation, 'profile' | 'id' | 'issued'>,
  signer: Signer,
  now: Date,
): { readonly statement: Reconciliation; readonly jws: Buffer } {
  const id = reconciliationId(fields.from, fields.link, fields.day);
  const statement = built(Reconciliation, { profile: PROFILE, id, ...fields, issued: now.toISOString() });
  return { statement, jws: signJws(Buffer.from(JSON.stringify(statement)), TYPES.reconciliation, signer, now) };
}

/** Reads a statement of our own again, from the octets we kept. */
export function readReconciliation(jws: Buffer): Reconciliation | undefined {
  const json = parseStrictJson(Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url'), { depth: 4 });
  const parsed = json.ok ? Reconciliation.safeParse(json.value) : undefined;
  return parsed?.success ? parsed.data : undefined;
}

/** An answer that was judged when it was taken in and kept since; undefined for anything else. */
export function readReconciliationAnswer(jws: Buffer): ReconciliationAnswer | undefined {
  const json = parseStrictJson(Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url'), { depth: 5 });
  return json.ok ? ReconciliationAnswer.safeParse(json.value).data : undefined;
}

export interface OpenedReconciliation {
  readonly ok: true;
  readonly statement: Reconciliation;
  readonly kid: string;
  /** SHA-256 of the octets received: what the answer names. */
  readonly digest: string;
}

/** Verifies who states, and that it is for us. */
export function openReconciliation(jws: Buffer, directory: KeyDirectory, context: OpenContext): OpenedReconciliation | Refusal {
  const opened = openAddressed(Reconciliation, TYPES.reconciliation, jws, directory, context);
  return opened.ok ? { ok: true, statement: opened.value, kid: opened.kid, digest: opened.digest } : opened;
}

/** What the one who answers holds on the link, at least of the statement's ranges. */
export interface HeldMessages {
  readonly sent: Iterable<CountedMessage>;
  readonly received: Iterable<CountedMessage>;
}

/** Signs the same ranges as we see them, with the digests of every block that is not as stated. */
export function answerReconciliation(
  { statement, digest }: Pick<OpenedReconciliation, 'statement' | 'digest'>,
  held: HeldMessages,
  signer: Signer,
  now: Date,
): Buffer {
  const { id, link, from, to, day, sent, received } = statement;
  const answer = built(ReconciliationAnswer, {
    profile: PROFILE,
    id,
    statementDigest: digest,
    link,
    from: to,
    to: from,
    day,
    sent: answered(held.sent, received),
    received: answered(held.received, sent),
    issued: now.toISOString(),
  });
  return signJws(Buffer.from(JSON.stringify(answer)), TYPES.reconciliationAnswer, signer, now);
}

function answered(messages: Iterable<CountedMessage>, stated: ReconciliationSide): AnsweredSide {
  const { after, last } = stated;
  const held = within(messages, after, last);
  const summed = sumUp(held, stated);
  const blocks = blocksOf(held, after, last);
  const other = blocks.filter((_, i) => summed.blocks[i] !== stated.blocks[i]).slice(0, MAX_SPELT_OUT);
  return { ...summed, entries: other.flat().map(({ sequence, manifestDigest }) => [sequence, manifestDigest]) };
}

export interface OpenedReconciliationAnswer {
  readonly ok: true;
  readonly answer: ReconciliationAnswer;
  readonly kid: string;
}

/** Verifies who answers. Whether the statement was ours is for `matchReconciliation`. */
export function openReconciliationAnswer(jws: Buffer, directory: KeyDirectory, context: OpenContext): OpenedReconciliationAnswer | Refusal {
  const opened = openAddressed(ReconciliationAnswer, TYPES.reconciliationAnswer, jws, directory, context);
  return opened.ok ? { ok: true, answer: opened.value, kid: opened.kid } : opened;
}

/** Compares an authentic answer with the statement it must be about: its exact octets, parties, link, day and ranges. */
export function matchReconciliation(answer: ReconciliationAnswer, statement: Reconciliation, jws: Buffer): { readonly ok: true } | Refusal {
  const same =
    answer.id === statement.id &&
    answer.statementDigest === sha256(jws) &&
    answer.link === statement.link &&
    answer.from === statement.to &&
    answer.to === statement.from &&
    answer.day === statement.day &&
    sameRange(answer.sent, statement.received) &&
    sameRange(answer.received, statement.sent);
  return same ? { ok: true } : refuse('ANSWER_OTHER_QUESTION', 'ANSWER_INVALID');
}
const sameRange = (a: ReconciliationSide, b: ReconciliationSide): boolean => a.after === b.after && a.last === b.last;

/** Whether both hold the same messages of this direction: the roots say it. */
export const agrees = (ours: ReconciliationSide, theirs: ReconciliationSide): boolean =>
  ours.root === theirs.root && ours.count === theirs.count;

/** Names what differs between what we hold and what the other says it holds of the same range. */
export function differencesOf(messages: Iterable<CountedMessage>, theirs: ReconciliationSide & Partial<AnsweredSide>): Differences {
  const { after, last, runs, blocks } = theirs;
  const held = within(messages, after, last);
  const here = new Set(held.map(({ sequence }) => sequence));
  // Runs beyond the limit were left out.
  const told = runs.length < MAX_RUNS ? last : (runs.at(-1)?.[1] ?? last);
  const there = new Set<number>();
  // A run that claims more than the range costs nothing.
  for (const [first, end] of runs) for (let n = Math.max(first, after + 1); n <= Math.min(end, last); n += 1) there.add(n);
  const ours = tally(held.map(({ sequence, manifestDigest }) => [sequence, manifestDigest]));
  const spelt = tally(theirs.entries ?? []);
  const differing = [...spelt].filter(([sequence, digests]) => here.has(sequence) && ours.get(sequence) !== digests).map(([n]) => n);
  const unexplained = blocksOf(held, after, last).flatMap((block, i): Run[] => {
    const [first, end] = [after + 1 + i * RECONCILIATION_BLOCK, Math.min(after + (i + 1) * RECONCILIATION_BLOCK, last)];
    const named = range(first, end).some((n) => here.has(n) !== there.has(n) || spelt.has(n));
    return rootOf(block) === blocks[i] || named ? [] : [[first, end]];
  });
  return {
    missingThere: runsOf([...here].filter((n) => n <= told && !there.has(n))),
    missingHere: runsOf([...there].filter((n) => !here.has(n))),
    differing: runsOf(differing.sort(ascending)),
    unexplained,
  };
}

/** All digests of one number as one text, in whatever order they came. */
function tally(entries: Iterable<readonly [number, string]>): Map<number, string> {
  const lists = new Map<number, string[]>();
  for (const [sequence, digest] of entries) lists.set(sequence, [...(lists.get(sequence) ?? []), digest]);
  return new Map([...lists].map(([sequence, digests]) => [sequence, digests.sort().join(' ')]));
}

function within(messages: Iterable<CountedMessage>, after: number, last: number): CountedMessage[] {
  const held = [...messages].filter(({ sequence }) => sequence > after && sequence <= last);
  return held.sort((a, b) => a.sequence - b.sequence || (a.manifestDigest < b.manifestDigest ? -1 : 1));
}

/** In blocks by number, empty ones too. */
function blocksOf(held: readonly CountedMessage[], after: number, last: number): CountedMessage[][] {
  const blocks = Array.from({ length: Math.ceil((last - after) / RECONCILIATION_BLOCK) }, (): CountedMessage[] => []);
  for (const message of held) blocks[Math.floor((message.sequence - after - 1) / RECONCILIATION_BLOCK)]?.push(message);
  return blocks;
}

function runsOf(numbers: readonly number[]): Run[] {
  const runs: [number, number][] = [];
  for (const n of [...new Set(numbers)].sort(ascending)) {
    const open = runs.at(-1);
    if (open && n === open[1] + 1) open[1] = n;
    else runs.push([n, n]);
  }
  return runs;
}

const ascending = (a: number, b: number): number => a - b;
const range = (first: number, end: number): number[] => Array.from({ length: end - first + 1 }, (_, i) => first + i);

function built<T>(schema: z.ZodType<T>, candidate: unknown): T {
  const parsed = schema.safeParse(candidate);
  if (!parsed.success) throw new ExchangeError('INTERNAL', { detail: 'The reconciliation cannot be built.' });
  return parsed.data;
}
