import * as fc from 'fast-check';

/** What generated requests need of an OpenAPI document (3.1). */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly pattern?: string;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}
export interface Described {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: Schema }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}
export interface Operation extends Described {
  readonly method: string;
  readonly path: string;
}
export interface GeneratedRequest {
  readonly path: string;
  readonly body: unknown;
}

export const operationsOf = ({ paths }: OpenApi): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ ...described, method: method.toUpperCase(), path })),
  );

/** Schema of the JSON an operation answers with this status. */
export const answerSchema = ({ responses }: Operation, status: number): Schema | undefined =>
  responses[String(status)]?.content?.['application/json']?.schema;

/** Texts that break careless programs: other scripts, markup, statements, separators, half characters, what no database keeps. */
const NAUGHTY = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '连云港\u200f霍尔果斯',
  'Қорғас әіңғүұқөһ',
  'Хоргос\u0301\r\n',
  '\ud800',
  '😀'.repeat(40),
  '<script>alert(1)</script>',
  "'; DROP TABLE account; --",
  '${jndi:ldap://x}',
  '../../../etc/passwd',
  '%00%2e%2e%2f',
  '__proto__',
  'constructor',
  '-1',
  '0',
  '1e309',
  'NaN',
  '9'.repeat(30),
  '2026-02-30T25:61:00Z',
  'x'.repeat(20_000),
];
const naughty = fc.constantFrom(...NAUGHTY);
const anything = fc.oneof(
  naughty,
  fc.constantFrom(null, true, -1, 0, 1.5, 1e308, 2 ** 53, [], {}, [null], { a: { b: [1] } }),
  fc.string({ unit: 'grapheme' }),
);

/** Mostly what the schema asks for, now and then something else. */
export function valueFor(schema: Schema, known: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: wellFormed(schema, known) }, { weight: 1, arbitrary: anything });
}

function wellFormed(schema: Schema, known: readonly string[]): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => valueFor(choice, known)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'integer':
    case 'number':
      return numberFor(schema);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueFor(schema.items ?? {}, known), { maxLength: 4 });
    case 'object':
      return objectFor(schema, known);
    case 'string':
      return textFor(schema, known);
    default:
      return anything;
  }
}

function numberFor({ minimum = -10, maximum = 1_000 }: Schema): fc.Arbitrary<unknown> {
  const [min, max] = [Math.max(Math.ceil(minimum), -1e6), Math.min(Math.floor(maximum), 1e6)];
  return min <= max ? fc.integer({ min, max }) : fc.constant(minimum);
}

function textFor({ format, pattern, minLength = 0, maxLength = 60 }: Schema, known: readonly string[]): fc.Arbitrary<unknown> {
  const plain = fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) });
  const shaped: fc.Arbitrary<unknown>[] = [fc.constantFrom(...known), plain];
  if (format === 'uuid') shaped.push(fc.uuid());
  if (format === 'date-time') shaped.push(fc.constantFrom('2026-03-01T08:00:00Z', '2027-01-01T00:00:00+05:00'));
  if (pattern !== undefined && pattern.length < 60 && !/\\p|\\P|\(\?/.test(pattern)) shaped.push(fc.stringMatching(new RegExp(pattern)));
  return fc.oneof(...shaped);
}

/** Each member there or, unless it has to be, not; now and then one too many, or one that has to be is missing. */
function objectFor({ properties = {}, required = [] }: Schema, known: readonly string[]): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, schema]) =>
    valueFor(schema, known).chain((value) =>
      fc.integer({ min: 0, max: 19 }).map((luck) => (luck > (required.includes(name) ? 0 : 9) ? [[name, value] as const] : [])),
    ),
  );
  const more = fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: anything.map((value) => [['toString', value] as const]) },
  );
  return fc.tuple(...members, more).map((parts) => Object.fromEntries(parts.flat()) as unknown);
}

/** A request to an operation. `known`: ids that exist, some of them nobody's business. */
export function requestFor(operation: Operation, known: readonly string[]): fc.Arbitrary<GeneratedRequest> {
  const { parameters = [], requestBody, path } = operation;
  const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const inPath = fc.tuple(
    ...places.map(() => fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: naughty })),
  );
  const inQuery = fc.tuple(
    ...parameters
      .filter((one) => one.in === 'query')
      .map(({ name, required = false, schema = {} }) =>
        valueFor(schema, known).chain((value) => fc.boolean().map((there) => (required || there ? [[name, value] as const] : []))),
      ),
  );
  const schema = requestBody?.content?.['application/json']?.schema;
  const body = schema ? valueFor(schema, known) : fc.constant(undefined);
  return fc.tuple(inPath, inQuery, body).map(([ids, query, given]) => {
    const filled = places.reduce((done, name, index) => done.replace(`{${name}}`, () => encoded(ids[index] ?? '')), path);
    const search = query
      .flat()
      .map(([name, value]) => `${encoded(name)}=${encoded(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))}`);
    return { path: filled + (search.length > 0 ? `?${search.join('&')}` : ''), body: given };
  });
}

/** An empty part would be another path. Half characters cannot be written in an address. */
const encoded = (text: string): string => encodeURIComponent(text === '' ? ' ' : Buffer.from(text.slice(0, 2_000)).toString('utf8'));
