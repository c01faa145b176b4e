import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { MailChannel, OutboundGuard, PostgresAlertReadings, PostgresAlertStore, PostgresExchangeStore, WebhookChannel } from '#adapters';
import {
  AlertDesk,
  AlertKeeper,
  measure,
  Scope,
  type Actor,
  type AlertChannel,
  type AuditRecord,
  type MeasuresOptions,
  type Reading,
} from '#exchange';
import { RIGHTS, type AlertRule, type Right } from '#model';
import { MailServer, WebhookReceiver } from '../support/alert-receivers.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { AT, batch, inboxRow, outboxRow, quarantineRow } from '../support/store-rows.ts';

const SECRETS = ['whsec_' + Buffer.alloc(32, 1).toString('base64'), 'whsec_' + Buffer.alloc(32, 2).toString('base64')] as const;
const rule: AlertRule = {
  name: 'oldest-waiting',
  measure: 'oldest-waiting',
  limit: 600,
  severity: 'critical',
  holdSeconds: 60,
  clearSeconds: 120,
};
const of = (partner: string) => Scope.of([partner], { linkTo: (party) => ({ id: party.toLowerCase() }) });
const person = (scope: Scope): Actor => ({
  account: { id: 'id-of-李伟', name: '李伟', kind: 'person' },
  roles: [],
  rights: new Set(Object.keys(RIGHTS) as Right[]),
  scope,
});

describe('alerts', () => {
  let database: TestDatabase;
  let store: PostgresAlertStore;
  let webhook: WebhookReceiver;
  let mail: MailServer;
  let now = AT;
  let readings: Reading[] = [];
  let audited: AuditRecord[] = [];
  let troubles: unknown[] = [];
  const clock = { now: () => now };
  const pass = (seconds: number) => (now = new Date(now.getTime() + seconds * 1000));
  const audit = { append: async (record: AuditRecord) => void audited.push(record) };

  beforeAll(async () => {
    [webhook, mail] = await Promise.all([WebhookReceiver.start(), MailServer.start()]);
  });
  afterAll(() => Promise.all([webhook.close(), mail.close()]));
  beforeEach(async () => {
    database = await testDatabase();
    // With the rights of the gateway: a table it may not change would show here.
    store = new PostgresAlertStore(await database.application());
    [now, readings, audited, troubles] = [AT, [], [], []];
    webhook.received.length = 0;
    mail.mails.length = 0;
    mail.logins.length = 0;
    webhook.conduct = 204;
    mail.refuses = false;
  });
  afterEach(() => database.drop());

  const toWebhook = (parts: Partial<ConstructorParameters<typeof WebhookChannel>[0]> = {}) =>
    new WebhookChannel({
      url: webhook.url,
      secrets: [SECRETS[0]],
      guard: new OutboundGuard(['127.0.0.1'], 'ALERT_OUTBOUND_ALLOW'),
      clock: { now: () => new Date() },
      gateway: 'LBG',
      environment: 'test',
      ...parts,
    });
  const toMail = () =>
    new MailChannel({
      url: `smtp://duty:p%40ss@127.0.0.1:${mail.port}`,
      from: 'gateway@port.example',
      to: ['duty@port.example', 'smena@port.example'],
      languages: ['zh-CN', 'en', 'ru', 'kk'],
      gateway: 'LBG',
      environment: 'test',
    });
  const keeper = (
    channels: readonly AlertChannel[] = [toWebhook(), toMail()],
    parts: { store?: PostgresAlertStore; rules?: AlertRule[] } = {},
  ) => new AlertKeeper({ ...keeperOptions(), channels, store: parts.store ?? store, rules: parts.rules ?? [rule] });
  const desk = (of = keeper(), channels: readonly AlertChannel[] = [toWebhook(), toMail()]) =>
    new AlertDesk({ store, rules: [rule], channels, audit, clock, deliver: (id) => of.deliver(id) });
  const late = (subject: string, value = 700): Reading => ({ rule, subject, link: subject, value });
  const states = async () => (await store.list(Scope.everything, { limit: 500 })).map(({ state }) => state);
  const told = () =>
    webhook.received.map(
      ({ body }) => JSON.parse(body) as { type: string; data: { alerts: { state: string; text: object }[]; more: number } },
    );

  it('fires once though two processes look and one of them starts anew, is told by webhook and mail, and resolves by itself', async () => {
    const [one, other] = [keeper(), keeper(undefined, { store: new PostgresAlertStore(await database.application()) })];
    readings = [late('keg')];
    await Promise.all([one.tick(), other.tick()]);
    pass(60);
    await Promise.all([one.tick(), other.tick()]);
    const again = keeper();
    for (let turn = 0; turn < 10; turn += 1) {
      pass(30);
      await Promise.all([again.tick(), other.tick()]);
    }
    expect(await states()).toEqual(['firing']);
    expect(told()).toMatchObject([
      { type: 'alert.changed', data: { gateway: 'LBG', alerts: [{ state: 'firing', rule: 'oldest-waiting', link: 'keg' }] } },
    ]);
    expect(mail.mails).toHaveLength(1);
    readings = [];
    for (let turn = 0; turn < 6; turn += 1) {
      pass(30);
      await Promise.all([again.tick(), other.tick()]);
    }
    expect(await states()).toEqual(['resolved']);
    expect(told().map(({ data }) => data.alerts.map(({ state }) => state))).toEqual([['firing'], ['resolved']]);
    expect(mail.mails).toHaveLength(2);
    expect(troubles).toEqual([]);
  });

  it('looks at the rules in one process of all that ask, and not more often than it should', async () => {
    const looked = jest.fn(async () => ({ added: [], changed: [], dropped: [] }));
    const plan = { pauseSeconds: 1, channels: [], lines: 20 };
    const stores = [store, new PostgresAlertStore(await database.application()), new PostgresAlertStore(await database.application())];
    const turns = async () => Promise.all(stores.map((each) => each.turn(now, 30, plan, looked)));
    expect((await turns()).sort()).toEqual(['busy', 'busy', 'done']);
    pass(29);
    expect(await turns()).toEqual(['busy', 'busy', 'busy']);
    pass(1);
    expect((await turns()).sort()).toEqual(['busy', 'busy', 'done']);
    expect(looked).toHaveBeenCalledTimes(2);
  });

  it('signs as Standard Webhooks says, with every secret there is, and says it in four languages', async () => {
    const channel = toWebhook({ secrets: SECRETS });
    await desk(keeper([channel]), [channel]).test(person(Scope.everything), 'is it heard?');
    const [{ headers, body } = { headers: {}, body: '' }] = webhook.received;
    for (const secret of SECRETS)
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'alert.test' });
    const stranger = new Webhook('whsec_' + Buffer.alloc(32, 9).toString('base64'));
    expect(() => stranger.verify(body, headers as Record<string, string>)).toThrow();
    expect(() => new Webhook(SECRETS[0]).verify(body.replace('test', 'tent'), headers as Record<string, string>)).toThrow();
    expect(Object.keys((JSON.parse(body) as { data: { alerts: { text: object }[] } }).data.alerts[0]!.text).sort()).toEqual([
      'en',
      'kk',
      'ru',
      'zh-CN',
    ]);
    expect(audited).toMatchObject([{ action: 'alert.test', reason: 'is it heard?', actor: 'person:id-of-李伟:李伟' }]);
  });

  it('mails to everybody, with login, in the languages asked for, and in an encoding that carries them', async () => {
    const notices = await desk().test(person(Scope.everything), '测试一下');
    expect(notices.map(({ channel, state }) => `${channel} ${state}`).sort()).toEqual(['mail sent', 'webhook sent']);
    expect(mail.logins).toEqual(['duty:p@ss']);
    const [{ to, text } = { to: [], text: '' }] = mail.mails;
    expect(to).toEqual(['duty@port.example', 'smena@port.example']);
    const [head = '', encoded = ''] = text.split('\r\n\r\n');
    const body = /base64/i.test(head) ? Buffer.from(encoded, 'base64').toString('utf8') : decodeQuotedPrintable(encoded);
    for (const word of ['链路 test', 'Link test', 'Канал test', 'test арнасы']) expect(body).toContain(word);
    expect(head).toMatch(/Auto-Submitted: auto-generated/i);
  });

  it('makes one notice of a storm, and no other until the pause is over', async () => {
    const one = keeper([toWebhook()]);
    readings = Array.from({ length: 400 }, (_, n) => late(`channel-${n}`));
    await one.tick();
    pass(60);
    await one.tick();
    expect(told().map(({ data }) => [data.alerts.length, data.more])).toEqual([[20, 380]]);
    readings = [...readings, ...Array.from({ length: 50 }, (_, n) => late(`more-${n}`))];
    for (let turn = 0; turn < 3; turn += 1) {
      pass(30);
      await one.tick();
    }
    expect(told()).toHaveLength(1);
    pass(30);
    await one.tick();
    expect(told().map(({ data }) => data.alerts.length + data.more)).toEqual([400, 50]);
  });

  it('tries again with the same id until it is taken, and not before it is time', async () => {
    const one = keeper([toWebhook()]);
    webhook.conduct = 503;
    readings = [late('keg')];
    await one.tick();
    pass(60);
    await one.tick();
    await one.deliver();
    expect(webhook.received).toHaveLength(1);
    pass(31);
    await one.deliver();
    expect(await store.notices(9)).toMatchObject([{ state: 'waiting', attempt: 2, code: 'NOTICE_FAILED' }]);
    webhook.conduct = 200;
    pass(61);
    // Two at once: one of them gets it.
    await Promise.all([one.deliver(), keeper([toWebhook()]).deliver()]);
    expect(await store.notices(9)).toMatchObject([{ state: 'sent', attempt: 3 }]);
    expect(new Set(webhook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(webhook.received).toHaveLength(3);
  });

  it('counts an attempt before it is made, so that a process that dies in it does not try for ever; then it is given up', async () => {
    await store.addNotices([
      { id: '01890a5d-ac96-474b-8cce-b302099a8057', channel: 'webhook', content: { kind: 'test', lines: [], more: 0 }, createdAt: now },
    ]);
    const dies = { name: 'webhook', target: 'x', send: () => Promise.reject(new Error('killed')) };
    const settle = jest.spyOn(store, 'settleNotice').mockRejectedValueOnce(new Error('killed'));
    const one = keeper([dies]);
    await expect(one.deliver()).rejects.toThrow('killed');
    expect(await store.notices(9)).toMatchObject([{ state: 'waiting', attempt: 1 }]);
    settle.mockRestore();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      pass(3_600);
      await one.deliver();
    }
    expect(await store.notices(9)).toMatchObject([{ state: 'failed', attempt: 12, code: 'INTERNAL' }]);
  });

  it('goes nowhere it was not told to: other hosts, private addresses, redirects, and nobody holds it up', async () => {
    const send = (parts: Partial<ConstructorParameters<typeof WebhookChannel>[0]>) =>
      toWebhook(parts).send({ id: 'x', content: { kind: 'test', lines: [], more: 0 }, createdAt: now });
    await expect(send({ guard: new OutboundGuard(['duty.example'], 'ALERT_OUTBOUND_ALLOW') })).rejects.toMatchObject({
      code: 'OUTBOUND_REFUSED',
    });
    // A name that is allowed and leads to this machine, which is not.
    const url = `https://localhost:${new URL(webhook.url).port}/`;
    await expect(send({ url, guard: new OutboundGuard(['localhost'], 'ALERT_OUTBOUND_ALLOW') })).rejects.toMatchObject({
      code: 'OUTBOUND_REFUSED',
    });
    expect(webhook.received).toEqual([]);
    webhook.conduct = 'redirects';
    await expect(send({})).rejects.toMatchObject({ code: 'NOTICE_FAILED' });
    expect(webhook.received).toHaveLength(1);
    webhook.conduct = 'hangs';
    await expect(send({ timeoutMilliseconds: 200 })).rejects.toMatchObject({ code: 'NOTICE_FAILED' });
    for (const wrong of ['http://duty.example/', 'http://10.0.0.1/', 'https://user:secret@duty.example/'])
      expect(() => toWebhook({ url: wrong })).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }));
  });

  it('tells nothing of what a mail server said, nor the login', async () => {
    mail.refuses = true;
    const failure = await toMail()
      .send({ id: 'x', content: { kind: 'test', lines: [], more: 0 }, createdAt: now })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NOTICE_FAILED' });
    expect(`${(failure as Error).message} ${JSON.stringify(failure)} ${String((failure as Error).cause)}`).not.toMatch(
      /secret\.example|p@ss|p%40ss/,
    );
  });

  it('are acknowledged once, with a reason, by whoever sees the link', async () => {
    const one = keeper([]);
    readings = [late('keg'), { rule, subject: 'key:LBG:abc', value: 700 }];
    await one.tick();
    const people = desk(one, []);
    const [key, keg] = await store.list(Scope.everything, { limit: 9 });
    await expect(people.acknowledge(person(of('KEG')), keg!.id, 'too early')).rejects.toMatchObject({ code: 'ALERT_STATE' });
    pass(60);
    await one.tick();
    await expect(people.acknowledge(person(of('NSW')), keg!.id, 'not mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await people.list(person(of('NSW')), { limit: 9 })).toMatchObject([{ id: key!.id }]);
    const done = await people.acknowledge(person(of('KEG')), keg!.id, '已通知霍尔果斯');
    expect(done.acknowledged).toMatchObject({ by: 'person:id-of-李伟:李伟', reason: '已通知霍尔果斯' });
    await expect(people.acknowledge(person(of('KEG')), keg!.id, 'again')).rejects.toMatchObject({ code: 'ALERT_STATE' });
    expect(audited.filter(({ action }) => action === 'alert.acknowledge').map(({ reason }) => reason)).toEqual(['已通知霍尔果斯', 'again']);
  });

  it('are kept back by a silence, shown all the same, and told when it ends and they still fire', async () => {
    const one = keeper([toWebhook()]);
    const people = desk(one, [toWebhook()]);
    await expect(people.silence(person(of('KEG')), { hours: 1 }, 'everything')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(people.silence(person(of('KEG')), { hours: 1, link: 'nsw' }, 'theirs')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(people.silence(person(of('KEG')), { hours: 1, rule: 'mood' }, 'what?')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const silence = await people.silence(person(of('KEG')), { hours: 1, link: 'keg' }, 'плановые работы');
    const short = await people.silence(person(Scope.everything), { hours: 1, link: 'lsw' }, 'works');
    readings = [late('keg'), late('nsw'), late('lsw')];
    await one.tick();
    pass(60);
    await one.tick();
    expect(told().map(({ data }) => data.alerts.length)).toEqual([1]);
    expect(await states()).toEqual(['firing', 'firing', 'firing']);
    readings = [late('keg'), late('nsw')];
    pass(30);
    await one.tick();
    pass(120);
    await one.tick();
    await expect(people.endSilence(person(of('NSW')), silence.id, 'not mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await people.endSilence(person(of('KEG')), silence.id, 'works are over');
    await people.endSilence(person(Scope.everything), short.id, 'works are over');
    expect(await people.silences(person(Scope.everything))).toEqual([]);
    pass(120);
    await one.tick();
    // The one that came and went in its silence is nobody's business.
    expect(told().map(({ data }) => data.alerts.map((line) => (line as { link?: string }).link))).toEqual([['nsw'], ['keg']]);
    expect(audited.map(({ action }) => action)).toEqual([
      'alert.silence',
      'alert.silence',
      'alert.unsilence',
      'alert.unsilence',
      'alert.unsilence',
    ]);
  });

  it('change nothing when a rule cannot be measured', async () => {
    const one = keeper([toWebhook()]);
    readings = [late('keg')];
    await one.tick();
    pass(60);
    await one.tick();
    const broken = new AlertKeeper({ ...keeperOptions(), measure: () => Promise.reject(new Error('no store')) });
    for (let turn = 0; turn < 10; turn += 1) {
      pass(30);
      await broken.tick();
    }
    expect(await states()).toEqual(['firing']);
    expect(troubles).toHaveLength(10);
  });

  it('measure failures and deadlines in the journal', async () => {
    const application = await database.application();
    const exchange = new PostgresExchangeStore(application);
    const soon = new Date(AT.getTime() + 600_000);
    await exchange.commit(
      batch({
        inbox: [inboxRow(), inboxRow({ state: 'refused' }), inboxRow({ state: 'parked', receivedAt: new Date(AT.getTime() - 7_200_000) })],
        outbox: [outboxRow({ link: 'nsw', deadline: soon }), outboxRow({ link: 'nsw' }), outboxRow({ link: 'keg', deadline: soon })],
        quarantine: [quarantineRow({ link: 'keg' })],
      }),
    );
    await exchange.close();
    await database.dataSource.query(`UPDATE delivery SET state = 'expired' WHERE link = 'keg'`);
    const view = { standing: async () => [] };
    const records = [
      { party: 'KEG', kid: createHash('sha256').update('k').digest('base64url'), status: 'active', until: soon.toISOString(), from: '' },
    ];
    const options = {
      links: ['nsw', 'keg', 'lsw'].map((id) => ({ id, partner: id.toUpperCase() })),
      view,
      readings: new PostgresAlertReadings(application),
      directory: { records: () => records },
    } as unknown as MeasuresOptions;
    const common = { severity: 'warning', holdSeconds: 0, clearSeconds: 0 } as const;
    const found = await measure(
      [
        { ...common, name: 'share', measure: 'failure-share', limit: 1, windowMinutes: 30, atLeast: 1 },
        { ...common, name: 'risk', measure: 'deadline-risk', limit: 0, withinMinutes: 30 },
      ],
      AT,
      options,
    );
    expect(found.map(({ rule: { name }, subject, value }) => [name, subject, Math.round(value)])).toEqual([
      ['share', 'keg', 100],
      ['share', 'nsw', 25],
      ['risk', 'keg', 0],
      ['risk', 'lsw', 0],
      ['risk', 'nsw', 1],
    ]);
  });

  function keeperOptions(): ConstructorParameters<typeof AlertKeeper>[0] {
    return {
      store,
      rules: [rule],
      measure: async () => readings,
      channels: [],
      clock,
      pollMilliseconds: 60_000,
      intervalSeconds: 30,
      pauseSeconds: 120,
      random: () => 0,
      report: (error) => troubles.push(error),
    };
  }
});

const decodeQuotedPrintable = (text: string): string =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
