import * as cli from '../../apps/cli/src/alerts/alerts.ts';
import { recordingTerminal } from '../../apps/cli/src/testing.ts';
import { AccessWorld } from '../support/access-world.ts';
import { WebhookReceiver } from '../support/alert-receivers.ts';

const SECRET = 'whsec_' + Buffer.alloc(32, 1).toString('base64');

describe('alerts over HTTP and on the command line', () => {
  let world: AccessWorld;
  let webhook: WebhookReceiver;
  beforeAll(async () => {
    webhook = await WebhookReceiver.start();
    world = await AccessWorld.open({
      ALERT_WEBHOOK_URL: webhook.url,
      ALERT_WEBHOOK_SECRET: SECRET,
      ALERT_OUTBOUND_ALLOW: '127.0.0.1',
    });
  });
  afterAll(async () => {
    await world.close();
    await webhook.close();
  });

  it('show what fires to whoever may see the link, and are acknowledged, silenced and tried with a reason', async () => {
    const { dataSource } = world.database;
    const [, fires] = await dataSource.query<{ id: string }[]>(
      `INSERT INTO alert (rule, measure, severity, subject, link, value, bound, state, since, fired_at)
       SELECT 'oldest-waiting', 'oldest-waiting', 'warning', link, link, 700, 600, 'firing', now(), now() FROM unnest(ARRAY['nsw', 'keg']) link RETURNING id`,
    );
    const operator = await world.as(['operator'], ['KEG']);
    const administrator = await world.as(['platform-administrator'], []);
    const at = (token: string) => ({ url: world.url, token });
    const { terminal, out } = recordingTerminal();
    expect(await cli.list(terminal, { ...at(operator), language: 'ru' })).toBe(0);
    expect(out()).toMatch(/firing\twarning\toldest-waiting\t.*Канал keg: .* 700 с/);
    expect(out()).not.toContain('nsw');
    await cli.acknowledge(terminal, fires!.id, { ...at(operator), reason: '已通知' });
    expect(out()).toContain('Link keg');
    await cli.silence(terminal, { ...at(operator), link: 'keg', hours: 1.5, reason: 'works' });
    await expect(cli.silence(terminal, { ...at(operator), hours: 1, reason: 'works' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await cli.silences(terminal, at(operator));
    expect(out()).toMatch(/all\tkeg\t/);
    await cli.unsilence(terminal, '1', { ...at(operator), reason: 'over' });
    await expect(cli.test(terminal, { ...at(operator), reason: 'mine?' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await cli.test(terminal, { ...at(administrator), reason: 'is it heard?' })).toBe(0);
    expect(webhook.received).toHaveLength(1);
    webhook.conduct = 500;
    expect(await cli.test(terminal, { ...at(administrator), reason: 'and now?' })).toBe(69);
    await cli.rules(terminal, at(administrator));
    expect(out()).toContain('webhook\t127.0.0.1');
    expect(out()).not.toContain('whsec');
    expect(world.audit.records.map(({ action }) => action).filter((action) => action.startsWith('alert.'))).toEqual([
      'alert.acknowledge',
      'alert.silence',
      'alert.unsilence',
      'alert.test',
      'alert.test',
    ]);
  });
});
