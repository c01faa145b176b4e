import { loadEnvironment } from '#config';
import { Diagnostics, settingsOf } from './diagnostics.ts';

const SECRET = 'geheim-密码-құпия';
const environment = loadEnvironment({
  DATABASE_URL: `postgres://landbridge:${encodeURIComponent(SECRET)}@127.0.0.1/x`,
  OIDC_CLIENT_SECRET: SECRET,
  LANDBRIDGE_TOKEN: SECRET,
  SESSION_HOURS: '8',
});

it('tells numbers people ask for, and of everything else only whether it is set', () => {
  const settings = new Map(settingsOf(environment).map((setting) => [setting.name, setting]));
  expect(settings.get('SESSION_HOURS')).toEqual({ name: 'SESSION_HOURS', set: true, value: '8' });
  expect(settings.get('OIDC_CLIENT_SECRET')).toEqual({ name: 'OIDC_CLIENT_SECRET', set: true });
  expect(settings.get('AMQP_URL')).toEqual(undefined);
  for (const name of ['DATABASE_URL', 'LANDBRIDGE_TOKEN']) expect(settings.get(name)).not.toHaveProperty('value');
});

it('makes a report without a secret even when the database is away', async () => {
  const book = { gateway: 'LBG', links: [{ id: 'keg', transport: 'amqp', test: true, delivery: { deadlineHours: 72 } }] };
  const database = () => Promise.reject(new Error(SECRET));
  const report = await new Diagnostics({ environment, book: book as never, version: '1', database, over: async () => 0 }).report();
  expect(report).toMatchObject({ gateway: 'LBG', database: { server: 'unreachable' }, links: [{ id: 'keg', deadlineHours: 72 }] });
  const text = JSON.stringify(report);
  for (const secret of [SECRET, encodeURIComponent(SECRET)]) expect(text).not.toContain(secret);
});

it('tells how much has had its time by each rule, and counts nothing that is kept for ever', async () => {
  const environment = loadEnvironment({ RETENTION_ALERTS_DAYS: '30', RETENTION_DOCUMENTS_DAYS: '365' });
  const database = () => Promise.reject(new Error(SECRET));
  const asked: string[] = [];
  const over = async (what: string) => asked.push(what) * 7;
  const rules = await new Diagnostics({ environment, book: {} as never, version: '1', database, over }).retention();
  expect(asked).toEqual(['alerts', 'sessions']);
  expect(rules).toEqual([
    { rule: 'documents', days: 365, before: expect.any(Date) },
    { rule: 'alerts', days: 30, before: expect.any(Date), over: 7 },
    { rule: 'dead-letters', days: 0 },
    { rule: 'requests', days: 0 },
    { rule: 'sessions', days: 30, before: expect.any(Date), over: 14 },
  ]);
});
