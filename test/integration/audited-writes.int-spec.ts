import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '#exchange';
import { PostgresDeadLetterStore } from '#adapters';
import { mftMessage } from '../../apps/cli/src/demo/data/sea-manifest.ts';
import { operationsOf, type OpenApi } from '../support/openapi-requests.ts';
import { wholeGateway, type WholeGateway } from '../support/whole-gateway.ts';

/**
 * What changes something, or shows what is hidden, says why. These do not, and here is why not. Everything else is in the story below: an
 * operation that is in neither fails the test.
 */
const WITHOUT_REASON: Readonly<Record<string, string>> = {
  'POST /api/session': 'Signing in: it is on record with its address, taken or refused.',
  'POST /api/session/oidc': 'Begins a sign-in and changes nothing of anybody.',
  'POST /api/session/oidc/return': 'Signing in.',
  'DELETE /api/session': 'Signing out: on record.',
  'DELETE /api/session/others': "One's own sessions: on record.",
  'POST /api/session/password': "One's own password: on record, taken or refused.",
  'POST /api/session/factor': "One's own second factor: on record.",
  'POST /api/session/factor/confirm': "One's own second factor: on record, taken or refused.",
  'POST /api/views': "A bookmark of one's own; that it is shared is on record.",
  'DELETE /api/views/{id}': 'A bookmark; that one of the team was removed is on record.',
  'POST /api/replays/verdict': 'A question whose set does not fit an address; it changes nothing.',
  'POST /links/{link}/push': 'A signed request of a partner: the log and the journal are its record.',
  'POST /links/{link}/messages': 'A signed message of a partner: the log and the journal are its record.',
  'POST /links/{link}/mailbox/acknowledge': 'A partner took what was for it: the journal is its record.',
};

interface Write {
  readonly operation: string;
  readonly by: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
  /** Where the reason goes. */
  readonly why?: string;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

describe('every write of the API', () => {
  let whole: WholeGateway;
  let operator: string, approver: string, officer: string, administrator: string;
  const done = new Set<string>();

  beforeAll(async () => {
    whole = await wholeGateway({ REPLAY_BULK_LIMIT: '0' });
    [operator, approver, officer, administrator] = (await Promise.all(
      ['operator', 'approver', 'onboarding-officer', 'platform-administrator'].map((role) => whole.as([role])),
    )) as [string, string, string, string];
  }, 120_000);
  afterAll(() => whole.close());

  const call = async (by: string, method: string, path: string, body?: object): Promise<{ status: number; body: Loose }> => {
    const response = await fetch(whole.url + path, {
      method,
      headers: { authorization: `Bearer ${by}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const trail = (limit: number): Promise<readonly AuditEntry[]> => whole.gateway.audit.list({ limit });
  const query = (text: string, values: unknown[] = []) => whole.gateway.dataSource.query(text, values);

  /** Refused without a reason; with one it is done and leaves a row with who and why. */
  async function write({ operation, by, path, body, why = 'reason' }: Write): Promise<Loose> {
    const [method = ''] = operation.split(' ');
    const [last] = await trail(1);
    const silent = await call(by, method, path, body);
    expect([operation, silent.status, silent.body?.code]).toEqual([operation, 400, 'USAGE']);
    expect([operation, (await trail(1))[0]?.sequence]).toEqual([operation, last?.sequence]);
    const reason = `因为 ${operation} ${randomUUID()}`;
    const { status, body: answer } = await call(by, method, path, { ...body, [why]: reason });
    expect([operation, status, status < 300 || answer]).toEqual([operation, status, true]);
    const who = (await call(by, 'GET', '/api/session')).body.account.id as string;
    const rows = (await trail(20)).filter(({ sequence }) => sequence > (last?.sequence ?? 0));
    expect([operation, rows]).toEqual([
      operation,
      expect.arrayContaining([expect.objectContaining({ reason, actor: expect.stringContaining(who) })]),
    ]);
    done.add(operation);
    return answer;
  }

  /** A manifest comes in and goes on; answers the id of what goes on. */
  async function announced(nth: number): Promise<string> {
    const now = new Date();
    const document = mftMessage({
      messageId: `2300LYG000001_${now.getTime()}`,
      bill: `LBAUDIT000${nth}`,
      journey: `AU${nth}E`,
      containers: 1,
      now,
    });
    const { frame, manifest } = await whole.sealed('LSW', document);
    await whole.gateway.pipeline.receive([{ link: 'lsw', frame, receivedAt: now, redelivered: false }]);
    const [row] = await query(`SELECT message_id FROM outbox WHERE source_message_id = $1 AND kind = 'message'`, [manifest.messageId]);
    return row.message_id as string;
  }
  const inState = (messageId: string, state: string) =>
    query('UPDATE delivery SET state = $2 WHERE id = (SELECT id FROM outbox WHERE message_id = $1)', [messageId, state]);
  const request = () => randomUUID();

  it('of tests of a partner: on record before anything is asked or started', async () => {
    const { runs, drift } = whole.gateway.partnerTests;
    const at = new Date().toISOString();
    const run = {
      link: 'keg',
      state: 'waiting',
      software: 'x 1',
      groups: ['flow'],
      short: false,
      by: 'me',
      reason: '试',
      started: at,
    } as const;
    jest.spyOn(runs, 'start').mockResolvedValue(run);
    jest.spyOn(drift, 'look').mockResolvedValue({ link: 'keg', at, findings: [] });
    const links = '/api/links/{link}';
    const try_ = (what: string, body: Record<string, unknown>) =>
      write({ operation: `POST ${links}/${what}`, by: officer, path: `/api/links/keg/${what}`, body });
    await try_('connectivity', { waitSeconds: 1, rows: ['dns'] });
    await try_('conformance', { software: '霍尔果斯 2.1' });
    await try_('conformance/stop', {});
    await try_('conformance/drift', { waitSeconds: 1 });
  });

  it('of links, dead letters and what they say: refused without a reason, on record with one', async () => {
    const [message, other, third] = [await announced(1), await announced(2), await announced(3)];
    await write({ operation: 'POST /api/links/{link}/pause', by: operator, path: '/api/links/nsw/pause', body: {} });
    await write({ operation: 'POST /api/links/{link}/resume', by: operator, path: '/api/links/nsw/resume', body: {} });
    await write({ operation: 'POST /api/stop', by: operator, path: '/api/stop', body: { link: 'keg', stopped: true } });
    await write({ operation: 'POST /api/messages/{id}/reveal', by: operator, path: `/api/messages/${message}/reveal`, body: {} });
    await write({ operation: 'POST /api/messages/{id}/diff', by: operator, path: `/api/messages/${message}/diff`, body: { with: other } });
    const asked: { id: string; digest: string }[] = [];
    for (const one of [other, third]) {
      await inState(one, 'unknown');
      const [{ order_key: key }] = await query('SELECT order_key FROM outbox WHERE message_id = $1', [one]);
      const operation = 'POST /api/links/{link}/release';
      asked.push((await write({ operation, by: operator, path: '/api/links/nsw/release', body: { key, request: request() } })).request);
    }
    for (const [at, decision] of ['approve', 'refuse'].entries()) {
      const { id, digest } = asked[at]!;
      const operation = `POST /api/links/requests/{id}/${decision}`;
      await write({ operation, by: approver, path: `/api/links/requests/${id}/${decision}`, body: { digest } });
    }
    const died = { link: 'lsw', way: 'in', reason: 'delivery_limit', queue: 'q', exchange: '', routingKey: 'q', deaths: 1 } as const;
    for (const operation of ['replay', 'discard'] as const) {
      const { frame } = await whole.sealed('LSW', Buffer.from(`<${operation}/>`));
      const { dataSource } = whole.gateway;
      await new PostgresDeadLetterStore(dataSource).keep({ ...died, diedAt: new Date(), at: new Date(), frame });
      const { letters } = (await call(operator, 'GET', '/api/dead-letters?state=open')).body;
      const path = `/api/dead-letters/${letters[0].id}/${operation}`;
      await write({ operation: `POST /api/dead-letters/{id}/${operation}`, by: operator, path, body: { request: request() } });
    }
  });

  it('of agreements', async () => {
    const { newest, agreements } = (await call(officer, 'GET', '/api/agreements')).body;
    const changed = { ...agreements, routes: agreements.routes.slice(1) };
    const path = '/api/agreements/changes';
    const operation = 'POST /api/agreements/changes';
    const asked = await write({ operation, by: officer, path, body: { agreements: changed, basedOn: newest, request: request() } });
    const { id, digest } = asked.request;
    expect((await call(approver, 'POST', `/api/links/requests/${id}/approve`, { digest, reason: '同意' })).status).toBe(200);
    const back = { version: newest, basedOn: newest + 1, request: request() };
    await write({ operation: 'POST /api/agreements/rollbacks', by: officer, path: '/api/agreements/rollbacks', body: back });
  });

  it('of replays', async () => {
    const messages = [await announced(4), await announced(5)];
    for (const one of messages) await inState(one, 'missing');
    await write({
      operation: 'POST /api/replays/dry-run',
      by: operator,
      path: '/api/replays/dry-run',
      body: { kind: 'retranslate', message: messages[0] },
    });
    const plans: { id: string; digest: string }[] = [];
    for (const one of messages) {
      const body = { kind: 'redeliver', messages: [one], request: request() };
      plans.push((await write({ operation: 'POST /api/replays', by: operator, path: '/api/replays', body })).plan);
    }
    const decide = (what: string, { id, digest }: { id: string; digest: string }) =>
      write({ operation: `POST /api/replays/{id}/${what}`, by: approver, path: `/api/replays/${id}/${what}`, body: { digest } });
    await decide('refuse', plans[1]!);
    await decide('approve', plans[0]!);
    for (const what of ['run', 'pause', 'resume', 'stop'])
      await write({ operation: `POST /api/replays/{id}/${what}`, by: operator, path: `/api/replays/${plans[0]!.id}/${what}`, body: {} });
  });

  it('of incidents and alerts', async () => {
    const failing = await announced(6);
    await inState(failing, 'missing');
    const incident = async (fingerprint: string): Promise<string> => {
      const [{ id }] = await query(
        `INSERT INTO incident (fingerprint, stage, link, type, code, path, state, changed_at, first_at, last_at, opened_at, count, messages, keys, mappings, came_back)
         VALUES ($1, 'deliver', 'nsw', 'MT1101', 'EXPIRED', '/', 'open', now(), now(), now(), now(), 1, 1, '{}', '{}', 0) RETURNING id`,
        [fingerprint],
      );
      return String(id);
    };
    const [one, two] = [await incident('one'), await incident('two')];
    await query(
      `INSERT INTO incident_message (incident, subject, message_id, first_at, last_at, count) VALUES ($1, $2, $3, now(), now(), 1)`,
      [one, `out:${failing}`, failing],
    );
    const act = (what: string, body: Record<string, unknown>, why?: string) =>
      write({
        operation: `POST /api/incidents/{id}/${what}`,
        by: operator,
        path: `/api/incidents/${one}/${what}`,
        body,
        ...(why && { why }),
      });
    await act('own', {});
    await act('notes', {}, 'text');
    await act('replay', { kind: 'redeliver', request: request() });
    await act('state', { to: 'monitored' });
    await write({ operation: 'POST /api/incidents/{id}/merge', by: operator, path: `/api/incidents/${two}/merge`, body: { into: one } });
    await act('split', { part: two });

    const [{ id: alert }] = await query(
      `INSERT INTO alert (rule, measure, severity, subject, link, value, bound, state, since, fired_at)
       VALUES ('waiting', 'oldest-waiting', 'warning', 'nsw', 'nsw', 700, 600, 'firing', now(), now()) RETURNING id`,
    );
    await write({ operation: 'POST /api/alerts/{id}/acknowledge', by: operator, path: `/api/alerts/${alert}/acknowledge`, body: {} });
    const { silence } = await write({
      operation: 'POST /api/alerts/silences',
      by: operator,
      path: '/api/alerts/silences',
      body: { hours: 1, link: 'nsw' },
    });
    await write({
      operation: 'POST /api/alerts/silences/{id}/end',
      by: operator,
      path: `/api/alerts/silences/${silence.id}/end`,
      body: {},
    });
    await write({ operation: 'POST /api/alerts/test', by: administrator, path: '/api/alerts/test', body: {} });
  });

  it('of versions of mappings: tried, compared with live traffic, put in place by two, rolled back', async () => {
    const overlay = (more: string) =>
      `mapping: lsw/MT1101\nextends: cn-manifest/MT1101\nversion: 0.1.0\nstatus: provisional\nsource: 样本\n${more}document:\n  Manifest: {}\n`;
    const path = '/api/mapping-versions';
    const drafted = async (more: string, samples: object[] = []): Promise<Loose> => {
      const body = { text: overlay(more), links: ['lsw'], samples, request: request() };
      return (await write({ operation: `POST ${path}`, by: officer, path, body })).version;
    };
    const act = async (what: string, by: string, id: string, body: object = {}): Promise<Loose> =>
      (await write({ operation: `POST ${path}/{id}/${what}`, by, path: `${path}/${id}/${what}`, body: { ...body } })).version;
    const came = async (nth: number, change = (text: string) => text): Promise<Loose> => {
      const now = new Date();
      const messageId = `2300LYG000001_${now.getTime()}`;
      const document = mftMessage({ messageId, bill: `LBAUDIT000${nth}`, journey: `AU${nth}E`, containers: 1, now });
      const { frame, manifest } = await whole.sealed('LSW', Buffer.from(change(document.toString())));
      await whole.gateway.pipeline.receive([{ link: 'lsw', frame, receivedAt: now, redelivered: false }]);
      return (await query('SELECT state, mapping FROM inbox WHERE message_id = $1', [manifest.messageId]))[0];
    };
    const dialect = (text: string): string => text.replaceAll('SenderID>', 'Sender>');

    expect(
      (
        await call(officer, 'POST', path, {
          text: overlay('renamed: { Nowhere: X }\n'),
          links: ['lsw'],
          request: request(),
          reason: '试试',
        })
      ).body,
    ).toMatchObject({
      code: 'USAGE',
      errors: [{ pointer: 'mappings/lsw/MT1101/renamed/Nowhere' }],
    });
    const known = await came(7);
    expect(known).toMatchObject({ state: 'routed', mapping: { id: 'cn-manifest/MT1101' } });
    const version = await drafted('renamed: { Manifest/Head/SenderID: Sender }\n', [
      { name: '样本.xml', base64: Buffer.from('<a/>').toString('base64') },
    ]);
    expect(version).toMatchObject({ mapping: 'lsw/MT1101', number: 1, state: 'draft' });
    // What LSW sends today would not pass by it, and the documents of everybody else are read as before.
    expect(version.corpus).toMatchObject({
      origins: { sample: 1 },
      differences: expect.arrayContaining([expect.objectContaining({ kind: 'error', code: 'FIELD_MISSING' })]),
    });
    expect(version.corpus.broken).toHaveLength(version.corpus.verdicts.broken);
    expect(version.corpus.verdicts.broken).toBeGreaterThan(0);
    await act('corpus', officer, version.id);

    await act('shadow', officer, version.id, { most: 2 });
    expect(await came(8)).toMatchObject({ state: 'routed', mapping: { id: 'cn-manifest/MT1101' } });
    expect(await came(9, dialect)).toMatchObject({ state: 'refused' });
    await whole.gateway.mappings.look();
    const { shadow } = (await call(officer, 'GET', `${path}/${version.id}`)).body.version;
    expect(shadow).toMatchObject({ looked: 2, verdicts: { broken: 1, mended: 1, same: 0 }, endedAt: expect.any(String) });

    await act('submit', officer, version.id);
    expect((await call(officer, 'POST', `${path}/${version.id}/approve`, { digest: version.digest, reason: '自己' })).status).toBe(403);
    const other = { digest: 'x'.repeat(43), reason: 'не тот' };
    expect((await call(approver, 'POST', `${path}/${version.id}/approve`, other)).body.code).toBe('APPROVAL_OTHER');
    expect(await act('approve', approver, version.id, { digest: version.digest })).toMatchObject({ state: 'live' });
    await whole.gateway.mappings.refresh();
    expect(await came(10, dialect)).toMatchObject({
      state: 'routed',
      mapping: { id: 'lsw/MT1101', version: 'v1', digest: version.mappingDigest },
    });
    expect(await came(11)).toMatchObject({ state: 'refused' });

    const next = await drafted('');
    expect(next).toMatchObject({ number: 2, corpus: { origins: { sample: 1 } } });
    await act('submit', officer, next.id);
    expect(await act('refuse', approver, next.id, { digest: next.digest })).toMatchObject({ state: 'refused' });

    const third = await drafted('');
    await act('submit', officer, third.id);
    await act('approve', approver, third.id, { digest: third.digest });
    await whole.gateway.mappings.refresh();
    expect(await came(12)).toMatchObject({ state: 'routed', mapping: { version: 'v3' } });
    const states = async () =>
      (await call(approver, 'GET', `${path}?mapping=lsw/MT1101`)).body.versions.map((one: Loose) => `v${one.number} ${one.state}`);
    expect(await states()).toEqual(['v3 live', 'v2 refused', 'v1 retired']);
    await act('rollback', officer, third.id);
    expect(await states()).toEqual(['v3 rolled-back', 'v2 refused', 'v1 live']);
    await whole.gateway.mappings.refresh();
    expect(await came(13, dialect)).toMatchObject({ state: 'routed', mapping: { version: 'v1' } });
    await act('rollback', officer, version.id);
    await whole.gateway.mappings.refresh();
    expect(await came(14)).toMatchObject({ state: 'routed', mapping: { id: 'cn-manifest/MT1101' } });
    // Whoever sees another partner only sees nothing of it.
    const elsewhere = await whole.as(['onboarding-officer'], ['KEG']);
    expect((await call(elsewhere, 'GET', `${path}/${version.id}`)).status).toBe(404);
    expect((await call(elsewhere, 'GET', path)).body.versions).toEqual([]);
  });

  it('of keys and accounts', async () => {
    const made = await write({ operation: 'POST /api/keys/orders', by: officer, path: '/api/keys/orders', body: { order: 'generate' } });
    const { kid } = made.keys.find(({ status }: { status: string }) => status === 'pending');
    await write({ operation: 'POST /api/keys/orders', by: officer, path: '/api/keys/orders', body: { order: 'publish', kid } });
    await write({ operation: 'POST /api/keys/rehearsals', by: officer, path: '/api/keys/rehearsals', body: { waitSeconds: 0 } });

    const create = (body: Record<string, unknown>) =>
      write({
        operation: 'POST /api/accounts',
        by: administrator,
        path: '/api/accounts',
        body: { roles: ['viewer'], partners: ['KEG'], ...body },
      });
    const { account: person } = await create({ name: 'Гүлнар' });
    const { account: service } = await create({ name: '监控', kind: 'service' });
    const change = (method: string, what: string, id: string, body: Record<string, unknown> = {}) =>
      write({ operation: `${method} /api/accounts/{id}${what}`, by: administrator, path: `/api/accounts/${id}${what}`, body });
    await change('PATCH', '', person.id, { roles: ['operator'] });
    await change('POST', '/reset', person.id);
    await change('POST', '/sessions/end', person.id);
    const token = await change('POST', '/tokens', service.id, { label: 'dashboard' });
    await write({
      operation: 'POST /api/accounts/{id}/tokens/{token}/revoke',
      by: administrator,
      path: `/api/accounts/${service.id}/tokens/${token.id}/revoke`,
      body: {},
    });
  });

  it('is in the story, or has a reason why it needs none', async () => {
    const described = operationsOf((await (await fetch(`${whole.url}/openapi.json`)).json()) as OpenApi)
      .map(({ method, path }) => `${method} ${path}`)
      .filter((operation) => !operation.startsWith('GET '));
    expect(described.sort()).toEqual([...done, ...Object.keys(WITHOUT_REASON)].sort());
  });
});
