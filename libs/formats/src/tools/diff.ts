/** What is different between two canonical messages, said of the things they speak of and not of lines of text. */
import type { z } from 'zod';
import { DateTime, Decimal, jsonPointer, MESSAGE_TYPES, type CanonicalMessage } from '#model';
import { sameDecimal } from '../decimals.ts';
import { bare, membersOf, type Bag } from '../mapping/paths.ts';
import { align } from './diff-lists.ts';

/** `moved`: among entries both lists have. `sameMeaning`: one number or one instant, written in two ways. */
export type DifferenceKind = 'added' | 'removed' | 'changed' | 'moved' | 'sameMeaning';

/** What stands in one of the two messages, and where: a JSON pointer. */
export interface DifferenceSide {
  readonly pointer: string;
  readonly value: unknown;
}

export interface Difference {
  readonly kind: DifferenceKind;
  /** For a person: `consignment[BILL7]/grossWeight/value`; `[#2]` is an entry without a number of its own. */
  readonly path: string;
  /** Absent for what was added. */
  readonly before?: DifferenceSide;
  /** Absent for what was removed. */
  readonly after?: DifferenceSide;
}

/** Quantities that the model keeps as plain text. */
const QUANTITY = /(?:[qQ]uantity|^numberOfPackages)$/;

/**
 * Every difference of two messages, in the order of the first. Entries of lists are paired by their business key
 * (diff-lists.ts). None at all means equal in content and order; `strict` also says where one meaning is written in two ways.
 * Messages of two types have that one difference: their members do not speak of the same things.
 */
export function compareMessages(
  before: CanonicalMessage,
  after: CanonicalMessage,
  { strict = false }: { readonly strict?: boolean } = {},
): Difference[] {
  const comparison = new Comparison(strict);
  if (before.type !== after.type) comparison.compare('type', before.type, after.type, undefined);
  else comparison.members(before as unknown as Bag, after as unknown as Bag, MESSAGE_TYPES[before.type]);
  return comparison.differences;
}

class Comparison {
  readonly differences: Difference[] = [];
  readonly #strict: boolean;
  readonly #path: string[] = [];
  readonly #before: (string | number)[] = [];
  readonly #after: (string | number)[] = [];

  constructor(strict: boolean) {
    this.#strict = strict;
  }

  /** One member of an object. */
  compare(key: string, before: unknown, after: unknown, schema: z.core.$ZodType | undefined): void {
    this.#at(key, key, key, () => this.#values(key, before, after, schema));
  }

  members(before: Bag, after: Bag, schema: z.core.$ZodType | undefined): void {
    const known = schema && membersOf(schema);
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) this.compare(key, before[key], after[key], known?.[key]);
  }

  #values(key: string, before: unknown, after: unknown, schema: z.core.$ZodType | undefined): void {
    if (before === after) return;
    if (before === undefined || after === undefined) this.#say(before === undefined ? 'added' : 'removed', before, after);
    else if (Array.isArray(before) && Array.isArray(after)) this.#entries(key, before, after, schema);
    else if (isBag(before) && isBag(after)) this.members(before, after, schema);
    else if (!sameMeaning(key, before, after, schema)) this.#say('changed', before, after);
    else if (this.#strict) this.#say('sameMeaning', before, after);
  }

  #entries(member: string, before: readonly unknown[], after: readonly unknown[], schema: z.core.$ZodType | undefined): void {
    const element = schema && (bare(schema) as unknown as { element?: z.core.$ZodType }).element;
    const last = this.#path.length - 1;
    const name = this.#path[last] as string;
    for (const pair of align(member, before, after)) {
      this.#path[last] = `${name}[${pair.label}]`;
      this.#at(undefined, pair.before, pair.after, () => {
        const [one, other] = [
          pair.before === undefined ? undefined : before[pair.before],
          pair.after === undefined ? undefined : after[pair.after],
        ];
        if (pair.moved) this.#say('moved', one, other);
        this.#values(member, one, other, element);
      });
    }
    this.#path[last] = name;
  }

  /** Runs `inside` one step further down; the readable path has no step of its own for entries. */
  #at(step: string | undefined, before: string | number | undefined, after: string | number | undefined, inside: () => void): void {
    if (step !== undefined) this.#path.push(step);
    this.#before.push(before ?? '-');
    this.#after.push(after ?? '-');
    inside();
    this.#after.pop();
    this.#before.pop();
    if (step !== undefined) this.#path.pop();
  }

  #say(kind: DifferenceKind, before: unknown, after: unknown): void {
    this.differences.push({
      kind,
      path: this.#path.join('/'),
      ...(before !== undefined && { before: { pointer: jsonPointer(this.#before), value: before } }),
      ...(after !== undefined && { after: { pointer: jsonPointer(this.#after), value: after } }),
    });
  }
}

const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value);

function sameMeaning(key: string, before: unknown, after: unknown, schema: z.core.$ZodType | undefined): boolean {
  if (typeof before !== 'string' || typeof after !== 'string') return false;
  const kind = schema && bare(schema);
  if (kind === Decimal || QUANTITY.test(key)) return sameDecimal(before, after) === true;
  const instant = kind === DateTime ? instantOf(before) : undefined;
  return instant !== undefined && instant === instantOf(after);
}

const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/;

/** Seconds and nanoseconds of a time with an offset; undefined for a plain date, which is no instant. */
function instantOf(text: string): string | undefined {
  const [, minute, second = '00', fraction = '', zone] = INSTANT.exec(text) ?? [];
  const moment = minute === undefined || zone === undefined ? NaN : Date.parse(`${minute}:${second}${zone}`);
  return Number.isNaN(moment) ? undefined : `${moment}.${fraction.padEnd(9, '0')}`;
}
