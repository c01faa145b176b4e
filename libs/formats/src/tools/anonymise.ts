/**
 * A real message turned into one that may be shown: who, which and where exactly is disguised; what kind, how much and when
 * stays. Default is to disguise: only what anonymise-keep.ts names is kept.
 */
import type { z } from 'zod';
import { DateTime, Decimal, jsonPointer, MESSAGE_TYPES, type CanonicalMessage } from '#model';
import type { TraceEntry } from '../api.ts';
import type { CodeList } from '../mapping/codelists.ts';
import { conversionOf, type Conversion } from '../mapping/conversions.ts';
import { bare, membersOf, type Bag } from '../mapping/paths.ts';
import type { CompiledMapping } from '../mapping/rules.ts';
import type { Accepts, Disguise } from './anonymise-disguise.ts';
import { CODE_FORM, isKept, isPublicList, LIST_FORM } from './anonymise-keep.ts';

export { Disguise } from './anonymise-disguise.ts';

export interface AnonymiseOptions {
  readonly disguise: Disguise;
  readonly lists: ReadonlyMap<string, CodeList>;
  /** How the formats at hand read and write each field, so that a disguise has the form they want. */
  readonly traces?: readonly (readonly TraceEntry[] | undefined)[];
  /** The mappings of those formats: what they say themselves of every message is no secret. */
  readonly mappings?: readonly Pick<CompiledMapping, 'constants'>[];
  /** Days that every date is moved by. */
  readonly shiftDays?: number;
}

export interface Anonymised {
  /** Without `unmapped`: of what no field is known for nobody can say what it tells. */
  readonly message: CanonicalMessage;
  /** Pointers, into the document, of what was left out with it. */
  readonly leftOut: readonly string[];
  /** Values that were disguised, each counted as often as it stands in the message. */
  readonly disguised: number;
}

/**
 * The same text becomes the same everywhere, so that links still hold; form, alphabet and the rightness of check digits stay.
 * The message is of the model, and as valid in its format as before.
 */
export function anonymiseMessage(message: CanonicalMessage, options: AnonymiseOptions): Anonymised {
  const { unmapped, ...rest } = message;
  const schema = MESSAGE_TYPES[message.type];
  const conversions = new Map<string, Set<Conversion>>();
  const rules = rulesOf(options);
  new Walk(options, (text, pointer) => {
    for (const conversion of rules.get(pointer) ?? []) (conversions.get(text) ?? fresh(conversions, text)).add(conversion);
    return text;
  }).value('', rest, schema, []);
  let disguised = 0;
  const walk = new Walk(options, (text) => {
    disguised++;
    return options.disguise.text(text, acceptedBy(conversions.get(text), text));
  });
  const made = walk.value('', rest, schema, []) as CanonicalMessage;
  return { message: made, leftOut: (unmapped ?? []).map(({ pointer }) => pointer), disguised };
}

function fresh<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  const set = new Set<V>();
  map.set(key, set);
  return set;
}

/** What each field must look like, by canonical pointer. */
function rulesOf({ traces = [], lists }: AnonymiseOptions): ReadonlyMap<string, readonly Conversion[]> {
  const known = new Map<string, Conversion | string>();
  const rules = new Map<string, Conversion[]>();
  for (const { canonicalPointer, rule } of traces.flatMap((trace) => trace ?? [])) {
    const conversion = known.get(rule) ?? conversionOf(rule, lists);
    known.set(rule, conversion);
    if (typeof conversion === 'string') continue;
    const at = rules.get(canonicalPointer);
    if (at) at.push(conversion);
    else rules.set(canonicalPointer, [conversion]);
  }
  return rules;
}

/** Undefined where nothing binds the text. A conversion that does not know the text itself, because it joins or cuts, says nothing. */
function acceptedBy(conversions: ReadonlySet<Conversion> | undefined, text: string): Accepts | undefined {
  const binding = [...(conversions ?? [])].filter((conversion) => takes(conversion, text));
  return binding.length === 0 ? undefined : (candidate) => binding.every((conversion) => takes(conversion, candidate));
}

function takes(conversion: Conversion, text: string): boolean {
  let clean = true;
  const value = conversion.decode(text, { report: (code) => void (clean &&= code === 'CODE_UNKNOWN') });
  return clean && value !== undefined;
}

type Step = string | number;
/** What becomes of a text that is not kept, at this JSON pointer. */
type Replace = (text: string, pointer: string) => string;

class Walk {
  readonly #options: AnonymiseOptions;
  readonly #replace: Replace;
  readonly #constants: ReadonlyMap<string, unknown>;

  constructor(options: AnonymiseOptions, replace: Replace) {
    this.#options = options;
    const constants = (options.mappings ?? []).flatMap((mapping) => mapping.constants);
    this.#constants = new Map(constants.map(({ path, value }) => [jsonPointer(path.steps.map(({ key }) => key)), value]));
    this.#replace = replace;
  }

  value(member: string, value: unknown, schema: z.core.$ZodType | undefined, path: readonly Step[]): unknown {
    const kind = schema && bare(schema);
    if (Array.isArray(value)) {
      const element = (kind as { element?: z.core.$ZodType } | undefined)?.element;
      return value.map((entry, index) => this.value(member, entry, element, [...path, index]));
    }
    if (typeof value === 'string') return this.#text(member, value, kind, path);
    if (typeof value !== 'object' || value === null) return value;
    const known = schema && membersOf(schema);
    if (known && 'listId' in known && 'value' in known) return this.#code(value as Bag, path);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.value(key, inner, known?.[key], [...path, key])]));
  }

  #text(member: string, text: string, kind: z.core.$ZodType | undefined, path: readonly Step[]): string {
    const { shiftDays = 0 } = this.#options;
    if (kind === DateTime || DAY.test(text)) return shifted(text, shiftDays);
    if (kind === Decimal || FIXED.has((kind as { _zod: { def: { type: string } } } | undefined)?._zod.def.type ?? '')) return text;
    const pointer = jsonPointer(path);
    return isKept(member, text) || this.#constants.get(pointer) === text ? text : this.#replace(text, pointer);
  }

  /** The rule of a code is that of the whole, value and list together. Words beside it are words. */
  #code({ value, listId, name, ...rest }: Bag, path: readonly Step[]): Bag {
    const { lists } = this.#options;
    const pointer = jsonPointer(path);
    const list = typeof listId === 'string' ? listId : undefined;
    const open = list !== undefined && isPublicList(list, lists);
    const kept = (text: string) => open && (CODE_FORM.test(text) || lists.get(list)?.entries.has(text) === true);
    return {
      ...(value !== undefined && { value: kept(value as string) ? value : this.#replace(value as string, pointer) }),
      ...(list !== undefined && { listId: LIST_FORM.test(list) ? list : this.#replace(list, `${pointer}/listId`) }),
      ...(name !== undefined && { name: this.#replace(name as string, `${pointer}/name`) }),
      ...rest,
    };
  }
}

/** Members with values of the model's own: `type`, `kind`. */
const FIXED: ReadonlySet<string> = new Set(['literal', 'enum']);
/** A date, or a date and time, as ISO 8601 writes it, also where the model has plain text; `--` stands for a year left out. */
const DAY = /^(?:\d{4}|-)-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;
/** Any year of 365 days. */
const NO_YEAR = '2001';

function shifted(text: string, days: number): string {
  const [, year = '', rest = '', time = ''] = /^(\d{4}|-)(-\d{2}-\d{2})(.*)$/.exec(text) ?? [];
  const day = new Date(`${year === '-' ? NO_YEAR : year}${rest}T00:00:00Z`);
  if (days === 0 || Number.isNaN(day.getTime())) return text;
  day.setUTCDate(day.getUTCDate() + days);
  const moved = Number.isNaN(day.getTime()) ? '' : day.toISOString().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(moved)) return text;
  return (year === '-' ? `-${moved.slice(4)}` : moved) + time;
}
