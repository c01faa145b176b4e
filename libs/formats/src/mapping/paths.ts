/**
 * Canonical paths: `a.b`, `a[].b` (each entry of a), `/a.b` (from the message, not from the group's context). Compiled
 * once to closures; checked against the canonical model so that a mapping cannot name a member that does not exist.
 */
import type { z } from 'zod';

/** A canonical object or array, as code without types sees it. */
export type Bag = Record<string, unknown>;

export interface PathStep {
  readonly key: string;
  /** `key[]`: every entry; writing appends one. */
  readonly each: boolean;
}

export interface CanonicalPath {
  readonly text: string;
  readonly fromRoot: boolean;
  readonly steps: readonly PathStep[];
  /** True when any step is `[]`. */
  readonly repeats: boolean;
}

const STEP = /^([A-Za-z][A-Za-z0-9]*)(\[\])?$/;

/** The entry itself, in a group whose `$at` is a list of plain texts; its context is `{ '.': text }` while it is read or written. */
export const SELF = '.';

/** Undefined when the text is no path. */
export function parsePath(text: string): CanonicalPath | undefined {
  if (text === SELF) return { text, fromRoot: false, steps: [{ key: SELF, each: false }], repeats: false };
  const fromRoot = text.startsWith('/');
  const steps: PathStep[] = [];
  for (const part of (fromRoot ? text.slice(1) : text).split('.')) {
    const match = STEP.exec(part);
    if (!match?.[1]) return undefined;
    steps.push({ key: match[1], each: match[2] !== undefined });
  }
  return { text, fromRoot, steps, repeats: steps.some((step) => step.each) };
}

/** Puts a value at the path below a context, making what is missing between. */
export type Setter = (context: Bag, value: unknown) => void;

export function compileSetter(path: CanonicalPath): Setter {
  const [first, ...rest] = path.steps as [PathStep, ...PathStep[]];
  return rest.length === 0 ? lastSetter(first) : innerSetter(first, compileSetter({ ...path, steps: rest }));
}

function lastSetter({ key, each }: PathStep): Setter {
  if (!each)
    return (context, value) => {
      context[key] = value;
    };
  return (context, value) => {
    const list = context[key] as unknown[] | undefined;
    if (list) list.push(value);
    else context[key] = [value];
  };
}

function innerSetter({ key, each }: PathStep, next: Setter): Setter {
  return (context, value) => {
    let child: Bag;
    if (each) {
      child = {};
      const list = context[key] as Bag[] | undefined;
      if (list) list.push(child);
      else context[key] = [child];
    } else child = (context[key] ??= {}) as Bag;
    next(child, value);
  };
}

/** The value at a path without `[]`. */
export type Getter = (context: Bag) => unknown;

export function compileGetter(path: CanonicalPath): Getter {
  const keys = path.steps.map((step) => step.key);
  const [first = '', second = '', third] = keys;
  if (keys.length === 1) return (context) => context[first];
  if (keys.length === 2) return (context) => (context[first] as Bag | undefined)?.[second];
  if (keys.length === 3 && third !== undefined)
    return (context) => ((context[first] as Bag | undefined)?.[second] as Bag | undefined)?.[third];
  return (context) => {
    let value: unknown = context;
    for (const key of keys) {
      if (value === undefined) return undefined;
      value = (value as Bag)[key];
    }
    return value;
  };
}

/** All values at a path with `[]`, in order. */
export function compileCollector(path: CanonicalPath): (context: Bag) => unknown[] {
  const [first, ...rest] = path.steps as [PathStep, ...PathStep[]];
  const next = rest.length === 0 ? undefined : compileCollector({ ...path, steps: rest });
  return (context) => {
    const value = context[first.key];
    if (value === undefined) return NONE;
    const entries = first.each ? (value as unknown[]) : [value];
    return next ? entries.flatMap((entry) => next(entry as Bag)) : entries;
  };
}

const NONE: unknown[] = [];

/** The schema at a path below a schema, or undefined when the model has no such member. */
export function schemaAt(schema: z.core.$ZodType, path: CanonicalPath): z.core.$ZodType | undefined {
  let current: z.core.$ZodType | undefined = schema;
  const last = path.steps.at(-1);
  for (const step of path.steps) {
    const { key, each } = step;
    if (key === SELF) continue;
    const shape: unknown = current && (bare(current) as unknown as { shape?: Record<string, z.core.$ZodType> }).shape;
    current = (shape as Record<string, z.core.$ZodType> | undefined)?.[key];
    if (!current) return undefined;
    const element = (bare(current) as unknown as { element?: z.core.$ZodType }).element;
    // A path may end at a whole list, for a conversion that reads and writes all of it.
    if ((element !== undefined) !== each && (each || step !== last)) return undefined;
    if (element !== undefined && each) current = element;
  }
  return current;
}

/** Without optional and its like. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema;
  for (;;) {
    const inner = (current as unknown as { _zod: { def: { innerType?: z.core.$ZodType } } })._zod.def.innerType;
    if (!inner) return current;
    current = inner;
  }
}

/** Members of an object schema by name, or undefined for other schemas. */
export const membersOf = (schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined =>
  (bare(schema) as unknown as { shape?: Record<string, z.core.$ZodType> }).shape;
