/** The form of a mapping file (docs/mapping-language.md), checked with all faults at once. */
import { z } from 'zod';
import { ERRORS, MESSAGE_TYPES, type MessageType } from '#model';

const text = z.union([z.string(), z.number()]).transform(String);
const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]);
const titles = {
  zh: z.string().optional(),
  en: z.string().optional(),
  ru: z.string().optional(),
  kk: z.string().optional(),
  wco: text.optional(),
};

export const MappingHead = z.strictObject({
  mapping: z.string(),
  version: z.string(),
  status: z.enum(['confirmed', 'provisional']),
  title: z.record(z.string(), z.string()),
  source: z.string(),
  syntax: z.enum(['xml', 'edifact', 'flat', 'phrase']),
  type: z.string(),
  canonical: z.enum(Object.keys(MESSAGE_TYPES) as [MessageType, ...MessageType[]]).optional(),
  extends: z.string().nullish(),
  /** Only a base for overlays; not loaded itself. */
  abstract: z.boolean().nullish(),
  envelope: z.boolean().optional(),
  /** XML: prefix to namespace, or to the namespaces of several versions, of which the first is written. */
  namespaces: z.record(z.string(), oneOrMore).default({}),
  detect: z.strictObject({
    root: z.string(),
    namespace: oneOrMore.nullish(),
    has: z.string().optional(),
    where: z.record(z.string(), text).default({}),
  }),
  functions: z.strictObject({ at: z.string(), codes: z.array(text).min(1) }).optional(),
  transforms: z.array(z.string()).default([]),
  constants: z.record(z.string(), z.unknown()).default({}),
  defaults: z.record(z.string(), z.string()).default({}),
  /** Fragments that `document` merges in more than one place (YAML anchors); not read by themselves. */
  parts: z.record(z.string(), z.unknown()).nullish(),
  document: z.record(z.string(), z.unknown()),
});

export const LeafSettings = z.strictObject({
  is: z.string().optional(),
  fixed: text.optional(),
  param: z.string().optional(),
  from: z.string().optional(),
  content: z.enum(['element', 'base64']).optional(),
  as: z.string().default('text'),
  card: text.optional(),
  /** The code as exchanged is kept there too, and written again where it is of the list of the field. */
  verbatim: z.string().optional(),
  /** Written where the field is mandatory and the message has no value. */
  default: text.optional(),
  mismatch: z.enum(Object.keys(ERRORS) as [keyof typeof ERRORS, ...(keyof typeof ERRORS)[]]).default('VALUE_INVALID'),
  note: z.string().optional(),
  /** Overlays: the child of the base that this new one stands before. */
  before: z.string().optional(),
  status: z.enum(['confirmed', 'provisional']).optional(),
  ...titles,
});
export type LeafSettings = z.infer<typeof LeafSettings>;

export const GroupSettings = z.strictObject({
  $at: z.string().optional(),
  $card: text.optional(),
  /** Overlays: the child of the base that this new one stands before. */
  $before: z.string().optional(),
  /** `any`: senders write the children in any order, and none is wrong. */
  $order: z.literal('any').optional(),
  /** Sets of children of which one at most may occur. */
  $oneOf: z.array(z.array(z.string()).min(2)).default([]),
  $when: z.record(z.string(), text).default({}),
  /** Members every entry of this group has: set when reading, looked for when writing. */
  $is: z.record(z.string(), z.unknown()).default({}),
  $zh: z.string().optional(),
  $en: z.string().optional(),
  $ru: z.string().optional(),
  $kk: z.string().optional(),
  $wco: text.optional(),
  $note: z.string().optional(),
  $status: z.enum(['confirmed', 'provisional']).optional(),
});

export interface Card {
  readonly min: number;
  readonly max: number;
  readonly filtered: boolean;
}

const CARD = /^(?:(\d+)(?:\.\.(\d+))?)?(~)?(?<=.)(\d+)?$/;

/** One token: `1`, `0..9`, `-`, `~`, `~99`, `0..1~`. Undefined when it is none. */
export function parseCard(token: string): Card | undefined {
  if (token === '-') return { min: 0, max: 0, filtered: false };
  const match = CARD.exec(token);
  if (!match) return undefined;
  const [, low, high, filtered, bareMax] = match;
  if (low === undefined) return filtered ? { min: 0, max: Number(bareMax ?? 1), filtered: true } : undefined;
  if (bareMax !== undefined) return undefined;
  const min = Number(low);
  const max = Number(high ?? low);
  return max >= min && max > 0 ? { min, max, filtered: filtered !== undefined } : undefined;
}

export type Tree = Readonly<Record<string, unknown>>;
export const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A map with one of these is a leaf; every other map is a group. */
export const isLeaf = (value: Tree): boolean =>
  ['is', 'fixed', 'param', 'content', 'default', 'card', 'as'].some(
    (key) => typeof value[key] === 'string' || typeof value[key] === 'number',
  );
