import { breakingChanges, type Contracts } from './index.ts';

const schema = <P extends object>(properties: P, required: string[] = [], more: object = {}) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
  ...more,
});
const operation = (body: object, answer: object, parameters: object[] = []) => ({
  parameters,
  requestBody: { content: { 'application/json': { schema: body } } },
  responses: { 200: { content: { 'application/json': { schema: answer } } } },
});
const BODY = schema({ reason: { type: 'string', maxLength: 500 }, kind: { enum: ['redeliver', 'edit'] } }, ['reason']);
const ANSWER = schema({ id: { type: 'string' }, count: { type: 'integer' }, state: { enum: ['up', 'down'] } }, ['id', 'state']);
const contracts = (over: Partial<Contracts> = {}, body: object = BODY, answer: object = ANSWER, parameters: object[] = []): Contracts => ({
  openapi: { paths: { '/api/replays': { post: operation(body, answer, parameters) } } },
  asyncapi: {
    channels: { in: { address: 'lb.{link}.in', bindings: { amqp: { is: 'queue' } }, messages: { message: {} } } },
    operations: { take: { action: 'receive', channel: { $ref: '#/channels/in' } } },
    components: { messages: { message: { contentType: 'a/b', headers: schema({ again: { type: 'boolean' } }) } } },
  },
  errors: { TOO_LARGE: { status: 413, disposition: 'refuse', origin: 'sender' } },
  schemas: { note: schema({ id: { type: 'string' }, box: { anyOf: [{ type: 'string' }, { type: 'number' }] } }, ['id']) },
  ...over,
});
const BEFORE = contracts();
const broken = (after: Contracts, before = BEFORE) => breakingChanges(before, after).map(({ where, what }) => `${where}: ${what}`);
const POST = 'POST /api/replays';

describe('what breaks those who rely on a contract', () => {
  it('is nothing where nothing changed, nor where something was only added', () => {
    expect(broken(BEFORE)).toEqual([]);
    const more = contracts(
      { errors: { ...BEFORE.errors, NEW: { status: 400 } }, schemas: { ...BEFORE.schemas, other: {} } },
      schema({ ...BODY.properties, note: { type: 'string' } }, ['reason']),
      schema({ ...ANSWER.properties, more: { type: 'boolean' }, state: { enum: ['up', 'down', 'paused'] } }, ['id', 'state', 'more']),
      [{ name: 'page', in: 'query', schema: { type: 'string' } }],
    );
    expect(broken(more)).toEqual([]);
  });

  test.each<[string, Contracts, string]>([
    ['a removed operation', contracts({ openapi: { paths: {} } }), `${POST}: the operation was removed`],
    [
      'a field removed from an answer',
      contracts({}, BODY, schema({ id: { type: 'string' }, state: ANSWER.properties.state }, ['id', 'state'])),
      `${POST} 200/count: was removed`,
    ],
    [
      'a field that an answer may leave out',
      contracts({}, BODY, schema({ ...ANSWER.properties }, ['id'])),
      `${POST} 200/state: may be absent now`,
    ],
    [
      'a field that is not taken any more',
      contracts({}, schema({ reason: BODY.properties.reason }, ['reason'])),
      `${POST} body/kind: was removed`,
    ],
    [
      'a value that is not taken any more',
      contracts({}, schema({ ...BODY.properties, kind: { enum: ['edit'] } }, ['reason'])),
      `${POST} body/kind: the value "redeliver" was removed`,
    ],
    [
      'a new field that has to be given',
      contracts({}, schema({ ...BODY.properties, due: { type: 'string' } }, ['reason', 'due'])),
      `${POST} body/due: has to be given now`,
    ],
    [
      'a parameter that has to be given',
      contracts({}, BODY, ANSWER, [{ name: 'as', in: 'query', required: true }]),
      `${POST} query as: the parameter has to be given now`,
    ],
    [
      'a narrower bound',
      contracts({}, schema({ ...BODY.properties, reason: { type: 'string', maxLength: 100 } }, ['reason'])),
      `${POST} body/reason: maxLength is 100 now`,
    ],
    [
      'another type',
      contracts({}, BODY, schema({ ...ANSWER.properties, count: { type: 'string' } }, ['id', 'state'])),
      `${POST} 200/count: its type changed from integer to string`,
    ],
    [
      'another address of a queue',
      contracts({
        asyncapi: { ...BEFORE.asyncapi, channels: { in: { ...(BEFORE.asyncapi['channels'] as { in: object }).in, address: 'other' } } },
      }),
      'channel in: its address changed',
    ],
    ['an error code that is gone', contracts({ errors: {} }), 'error TOO_LARGE: the code was removed'],
    [
      'an error that is to be handled otherwise',
      contracts({ errors: { TOO_LARGE: { status: 413, disposition: 'retry', origin: 'sender' } } }),
      'error TOO_LARGE: its disposition changed',
    ],
    [
      'a message schema with a new duty',
      contracts({ schemas: { note: schema({ id: { type: 'string' }, box: {} }, ['id', 'box']) } }),
      'schema note/box: has to be given now',
    ],
    [
      'an alternative that is gone',
      contracts({ schemas: { note: schema({ id: { type: 'string' }, box: { type: 'string' } }, ['id']) } }),
      'schema note/box: 1 of its alternatives would not be taken any more',
    ],
    ['a schema that is gone', contracts({ schemas: {} }), 'schema note: the schema was removed'],
  ])('is %s', (_what, after, expected) => expect(broken(after)).toContain(expected));

  it('follows references, and ends where a schema holds itself', () => {
    const tree = (leaf: object): Contracts =>
      contracts({
        schemas: { tree: { type: 'object', properties: { leaf: { $ref: '#/$defs/leaf' }, next: { $ref: '#' } }, $defs: { leaf } } },
      });
    expect(broken(tree({ type: 'string' }), tree({ type: 'string' }))).toEqual([]);
    expect(broken(tree({ type: 'number' }), tree({ type: 'string' }))).toContain(
      'schema tree/leaf: its type changed from string to number',
    );
  });
});
