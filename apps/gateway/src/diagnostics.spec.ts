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
  const report = await new Diagnostics({ environment, book: book as never, version: '1', database }).report();
  expect(report).toMatchObject({ gateway: 'LBG', database: { server: 'unreachable' }, links: [{ id: 'keg', deadlineHours: 72 }] });
  const text = JSON.stringify(report);
  for (const secret of [SECRET, encodeURIComponent(SECRET)]) expect(text).not.toContain(secret);
});
