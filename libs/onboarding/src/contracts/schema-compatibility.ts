/** What of a JSON Schema a change takes away from those who rely on it. Pure. */

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}
/** `input`: what others send us; `output`: what they read from us; `both`: what goes either way. */
export type Direction = 'input' | 'output' | 'both';
export interface Break {
  /** Place in the contract, as a path people can read. */
  readonly where: string;
  readonly what: string;
}

const object = (value: unknown): JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Bounds of what is accepted, and whether a larger number accepts more. */
const BOUNDS: Readonly<Record<string, 'upper' | 'lower'>> = {
  maxLength: 'upper',
  maximum: 'upper',
  exclusiveMaximum: 'upper',
  maxItems: 'upper',
  minLength: 'lower',
  minimum: 'lower',
  exclusiveMinimum: 'lower',
  minItems: 'lower',
};

interface Pair {
  readonly before: JsonSchema;
  readonly after: JsonSchema;
}

/** Compares two schemas that stand in two versions of a contract; `roots` resolve their references. */
export class SchemaComparison {
  readonly #roots: Pair;
  readonly #direction: Direction;
  readonly #seen: Set<string>;

  constructor(roots: Pair, direction: Direction, seen: ReadonlySet<string> = new Set()) {
    this.#roots = roots;
    this.#direction = direction;
    this.#seen = new Set(seen);
  }

  breaks(before: unknown, after: unknown, where: string): Break[] {
    const pair = { before: resolve(object(before), this.#roots.before), after: resolve(object(after), this.#roots.after) };
    // A schema that holds itself is compared once.
    const key = JSON.stringify([object(before)['$ref'], object(after)['$ref']]);
    if (key !== '[null,null]') {
      if (this.#seen.has(key)) return [];
      this.#seen.add(key);
    }
    const [one, other] = [branches(pair.before), branches(pair.after)];
    if (one.length > 1 || other.length > 1) return this.#unions(one, other, where);
    return [
      ...this.#types(pair, where),
      ...this.#values(pair, where),
      ...(this.#accepts ? tightened(pair, where) : []),
      ...this.#members(pair, where),
      ...this.#inside(pair, where),
    ];
  }

  get #accepts(): boolean {
    return this.#direction !== 'output';
  }
  get #gives(): boolean {
    return this.#direction !== 'input';
  }

  /** Everything sent before must still be taken; nothing may be given that was not to be expected. */
  #unions(before: readonly JsonSchema[], after: readonly JsonSchema[], where: string): Break[] {
    const fits = (one: JsonSchema, other: JsonSchema, direction: Direction) =>
      new SchemaComparison(this.#roots, direction, this.#seen).breaks(one, other, where).length === 0;
    const lost = this.#accepts ? before.filter((one) => !after.some((other) => fits(one, other, 'input'))).length : 0;
    const strange = this.#gives ? after.filter((other) => !before.some((one) => fits(one, other, 'output'))).length : 0;
    return [
      ...(lost > 0 ? [{ where, what: `${lost} of its alternatives would not be taken any more` }] : []),
      ...(strange > 0 ? [{ where, what: `${strange} of its alternatives would be new to a reader` }] : []),
    ];
  }

  #types({ before, after }: Pair, where: string): Break[] {
    const [one, other] = [typesOf(before), typesOf(after)];
    const same = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
      [...a].every((type) => b.has(type) || (type === 'integer' && b.has('number')));
    const narrower = this.#accepts && other.size > 0 && (one.size === 0 || !same(one, other));
    const wider = this.#gives && one.size > 0 && (other.size === 0 || !same(other, one));
    return narrower || wider ? [{ where, what: `its type changed from ${nameOf(one)} to ${nameOf(other)}` }] : [];
  }

  #values({ before, after }: Pair, where: string): Break[] {
    const [one, other] = [valuesOf(before), valuesOf(after)];
    if (!other || !this.#accepts) return one && !other && this.#gives ? [{ where, what: 'its values are not a closed list any more' }] : [];
    if (!one) return [{ where, what: 'its values became a closed list' }];
    const lost = [...one].filter((value) => !other.has(value));
    return lost.map((value) => ({ where, what: `the value ${value} was removed` }));
  }

  #members({ before, after }: Pair, where: string): Break[] {
    const [one, other] = [object(before['properties']), object(after['properties'])];
    const [must, mustNow] = [new Set(list(before['required'])), new Set(list(after['required']))];
    const closed = after['additionalProperties'] === false;
    return [
      ...Object.entries(one).flatMap(([name, schema]) => {
        const at = `${where}/${name}`;
        if (!(name in other)) return this.#gives || closed ? [{ where: at, what: 'was removed' }] : [];
        return this.breaks(schema, other[name], at);
      }),
      ...(this.#accepts
        ? [...mustNow].filter((name) => !must.has(name)).map((name) => ({ where: `${where}/${String(name)}`, what: 'has to be given now' }))
        : []),
      ...(this.#gives
        ? [...must]
            .filter((name) => String(name) in other && !mustNow.has(name))
            .map((name) => ({ where: `${where}/${String(name)}`, what: 'may be absent now' }))
        : []),
    ];
  }

  #inside({ before, after }: Pair, where: string): Break[] {
    const found = [];
    for (const [keyword, name] of [
      ['items', '[]'],
      ['additionalProperties', '*'],
    ] as const) {
      const [one, other] = [before[keyword], after[keyword]];
      if (typeof one === 'object' && typeof other === 'object') found.push(...this.breaks(one, other, `${where}/${name}`));
      if (keyword === 'additionalProperties' && this.#accepts && one !== false && other === false && 'properties' in before)
        found.push({ where, what: 'members beyond those named are not taken any more' });
    }
    const [one, other] = [list(before['prefixItems']), list(after['prefixItems'])];
    if (one.length !== other.length) found.push({ where, what: 'its number of places changed' });
    else for (const [at, schema] of one.entries()) found.push(...this.breaks(schema, other[at], `${where}/${at}`));
    return found;
  }
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const ref = schema['$ref'];
  if (typeof ref !== 'string' || !ref.startsWith('#')) return schema;
  const steps = ref.slice(1).split('/').filter(Boolean);
  return object(steps.reduce<unknown>((value, step) => object(value)[step.replaceAll('~1', '/').replaceAll('~0', '~')], root));
}

const branches = (schema: JsonSchema): readonly JsonSchema[] => {
  const found = [...list(schema['anyOf']), ...list(schema['oneOf'])].map(object);
  return found.length > 0 ? found : [schema];
};

function typesOf({ type, const: only }: JsonSchema): ReadonlySet<string> {
  if (type === undefined && only !== undefined) return new Set([only === null ? 'null' : typeof only]);
  return new Set((Array.isArray(type) ? type : type === undefined ? [] : [type]).map(String));
}
const nameOf = (types: ReadonlySet<string>): string => (types.size === 0 ? 'anything' : [...types].join(' or '));

function valuesOf({ enum: values, const: only }: JsonSchema): ReadonlySet<string> | undefined {
  if (only !== undefined) return new Set([JSON.stringify(only)]);
  return Array.isArray(values) ? new Set(values.map((value) => JSON.stringify(value))) : undefined;
}

function tightened({ before, after }: Pair, where: string): Break[] {
  const found: Break[] = [];
  for (const [keyword, kind] of Object.entries(BOUNDS)) {
    const [one, other] = [before[keyword], after[keyword]];
    if (typeof other !== 'number') continue;
    const none = keyword === 'minLength' || keyword === 'minItems' ? 0 : undefined;
    const was = typeof one === 'number' ? one : none;
    if (was === undefined || (kind === 'upper' ? other < was : other > was)) found.push({ where, what: `${keyword} is ${other} now` });
  }
  for (const keyword of ['pattern', 'format'] as const)
    if (after[keyword] !== undefined && before[keyword] !== after[keyword]) found.push({ where, what: `its ${keyword} changed` });
  return found;
}
