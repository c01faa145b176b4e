import { SchemaComparison, type Break, type Direction, type JsonSchema } from './schema-compatibility.ts';

type Bag = Readonly<Record<string, unknown>>;
const bag = (value: unknown): Bag => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {});
const items = (value: unknown): readonly Bag[] => (Array.isArray(value) ? value.map(bag) : []);
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Everything partners and programs may rely on, as published. */
export interface Contracts {
  readonly openapi: Bag;
  readonly asyncapi: Bag;
  readonly errors: Bag;
  /** JSON Schemas by name: canonical messages and signed artefacts. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/**
 * Every way in which `after` takes away what `before` promised: an operation, field or value that is gone, an input that has to be given
 * or is taken more narrowly, a type that changed. What is only added breaks nobody: readers ignore what they do not know, and take a
 * value of a list they do not know for unknown.
 */
export function breakingChanges(before: Contracts, after: Contracts): Break[] {
  return [
    ...ofHttp(before.openapi, after.openapi),
    ...ofMessages(before.asyncapi, after.asyncapi),
    ...ofErrors(before.errors, after.errors),
    ...ofSchemas(before, after),
  ];
}

function ofHttp(before: Bag, after: Bag): Break[] {
  const compare = (direction: Direction) => new SchemaComparison({ before, after }, direction);
  return Object.entries(bag(before['paths'])).flatMap(([path, methods]) =>
    METHODS.filter((method) => method in bag(methods)).flatMap((method) => {
      const where = `${method.toUpperCase()} ${path}`;
      const [one, other] = [bag(bag(methods)[method]), bag(bag(bag(after['paths'])[path])[method])];
      if (Object.keys(other).length === 0) return [{ where, what: 'the operation was removed' }];
      return [
        ...parameters(one, other, where, compare),
        ...requestBody(one, other, where, compare),
        ...responses(one, other, where, compare),
      ];
    }),
  );
}

type Compare = (direction: Direction) => SchemaComparison;
const contentOf = (holder: unknown): Bag => bag(bag(holder)['content']);

function parameters(before: Bag, after: Bag, where: string, compare: Compare): Break[] {
  const key = ({ in: place, name }: Bag) => `${String(place)} ${String(name)}`;
  const [one, other] = [
    new Map(items(before['parameters']).map((p) => [key(p), p])),
    new Map(items(after['parameters']).map((p) => [key(p), p])),
  ];
  return [
    ...[...one].flatMap(([name, parameter]) => {
      const now = other.get(name);
      return now
        ? compare('input').breaks(parameter['schema'], now['schema'], `${where} ${name}`)
        : [{ where: `${where} ${name}`, what: 'the parameter was removed' }];
    }),
    ...[...other].flatMap(([name, { required }]) =>
      required === true && one.get(name)?.['required'] !== true
        ? [{ where: `${where} ${name}`, what: 'the parameter has to be given now' }]
        : [],
    ),
  ];
}

function requestBody(before: Bag, after: Bag, where: string, compare: Compare): Break[] {
  const [one, other] = [bag(before['requestBody']), bag(after['requestBody'])];
  const nowNeeded =
    other['required'] === true && one['required'] !== true ? [{ where: `${where} body`, what: 'the body has to be given now' }] : [];
  return [...nowNeeded, ...bodies(contentOf(one), contentOf(other), `${where} body`, compare('input'))];
}

function responses(before: Bag, after: Bag, where: string, compare: Compare): Break[] {
  const [one, other] = [bag(before['responses']), bag(after['responses'])];
  return Object.entries(one).flatMap(([status, response]) => {
    const at = `${where} ${status}`;
    return status in other
      ? bodies(contentOf(response), contentOf(other[status]), at, compare('output'))
      : [{ where: at, what: 'the answer was removed' }];
  });
}

const bodies = (before: Bag, after: Bag, where: string, comparison: SchemaComparison): Break[] =>
  Object.entries(before).flatMap(([type, one]) =>
    type in after
      ? comparison.breaks(bag(one)['schema'], bag(after[type])['schema'], where)
      : [{ where, what: `the media type ${type} was removed` }],
  );

/** Channels, what may be sent through them, and where that is. */
function ofMessages(before: Bag, after: Bag): Break[] {
  const [one, other] = [bag(before['channels']), bag(after['channels'])];
  const channels = Object.entries(one).flatMap(([name, channel]) => {
    const where = `channel ${name}`;
    if (!(name in other)) return [{ where, what: 'the channel was removed' }];
    const [was, now] = [bag(channel), bag(other[name])];
    return [
      ...(same(was['address'], now['address']) ? [] : [{ where, what: 'its address changed' }]),
      ...(same(was['bindings'], now['bindings']) ? [] : [{ where, what: 'its bindings changed' }]),
      ...Object.keys(bag(was['messages']))
        .filter((message) => !(message in bag(now['messages'])))
        .map((message) => ({ where: `${where} ${message}`, what: 'the message was removed' })),
    ];
  });
  const [mine, theirs] = [bag(bag(before['components'])['messages']), bag(bag(after['components'])['messages'])];
  const messages = Object.entries(mine).flatMap(([name, message]) => {
    const where = `message ${name}`;
    if (!(name in theirs)) return [{ where, what: 'the message was removed' }];
    const [was, now] = [bag(message), bag(theirs[name])];
    return [
      ...(same(was['contentType'], now['contentType']) ? [] : [{ where, what: 'its content type changed' }]),
      ...new SchemaComparison({ before, after }, 'both').breaks(was['headers'], now['headers'], `${where} headers`),
    ];
  });
  const operations = Object.entries(bag(before['operations'])).flatMap(([name, operation]) => {
    const now = bag(bag(after['operations'])[name]);
    const [was, where] = [bag(operation), `operation ${name}`];
    if (Object.keys(now).length === 0) return [{ where, what: 'the operation was removed' }];
    return same([was['action'], was['channel']], [now['action'], now['channel']]) ? [] : [{ where, what: 'its action or channel changed' }];
  });
  return [...channels, ...messages, ...operations];
}

/** A code is kept for ever: programs decide by it, and by what has to be done about it. */
function ofErrors(before: Bag, after: Bag): Break[] {
  return Object.entries(before).flatMap(([code, row]) => {
    const where = `error ${code}`;
    if (!(code in after)) return [{ where, what: 'the code was removed' }];
    return ['status', 'disposition', 'origin']
      .filter((column) => !same(bag(row)[column], bag(after[code])[column]))
      .map((column) => ({ where, what: `its ${column} changed` }));
  });
}

function ofSchemas(before: Contracts, after: Contracts): Break[] {
  return Object.entries(before.schemas).flatMap(([name, schema]) => {
    const now = after.schemas[name];
    if (!now) return [{ where: `schema ${name}`, what: 'the schema was removed' }];
    return new SchemaComparison({ before: schema, after: now }, 'both').breaks(schema, now, `schema ${name}`);
  });
}
