import amqp, { type ChannelModel } from 'amqplib';
import { amqpNames, applyTopology, brokerPermissions, BrokerManagement, checkTopology, topologyOf } from '#adapters';
import { Link } from '#model';
import { layTopology, type TestBroker, testBroker } from '../support/rabbitmq.ts';
import { waitFor } from '../support/wait-for.ts';

const linkOf = (partner: string): Link => Link.parse({ id: `link-${partner.toLowerCase()}`, partner, transport: 'amqp' });

let broker: TestBroker;
beforeAll(async () => {
  broker = await testBroker();
}, 120_000);

describe('what a partner may do at the broker', () => {
  const [mine, theirs] = [linkOf('AAA'), linkOf('BBB')];
  let connection: ChannelModel;
  beforeAll(async () => {
    const topology = await layTopology(broker, [mine, theirs]);
    connection = await amqp.connect(topology.partnerUrl('AAA'), { noDelay: true });
    connection.on('error', () => undefined);
  });
  afterAll(() => connection.close());

  /** The reply code with which the broker refuses an action, or undefined when it allows it. */
  async function refusalOf(act: (channel: amqp.ConfirmChannel) => Promise<unknown>): Promise<unknown> {
    const channel = await connection.createConfirmChannel();
    const refused = new Promise((resolve) => channel.once('error', (error: { code?: number }) => resolve(error.code)));
    const allowed = act(channel).then(() => channel.close());
    return Promise.race([
      refused,
      allowed.then(
        () => undefined,
        () => refused,
      ),
    ]);
  }
  const publish = (exchange: string, key: string) => (channel: amqp.ConfirmChannel) =>
    new Promise((resolve, reject) =>
      channel.publish(exchange, key, Buffer.from('x'), {}, (error: unknown) => (error ? reject(error as Error) : resolve(true))),
    );
  const [a, b] = [amqpNames(mine.id), amqpNames(theirs.id)];

  it.each([
    ['publish to its own inbound exchange', publish(a.inExchange, a.inQueue)],
    ['consume its own outbound queue', (channel: amqp.ConfirmChannel) => channel.consume(a.outQueue, () => undefined)],
  ])('may %s', async (_what, act) => {
    expect(await refusalOf(act)).toBeUndefined();
  });

  it.each([
    ["read another partner's queue", (channel: amqp.ConfirmChannel) => channel.consume(b.outQueue, () => undefined)],
    ["read another partner's inbound queue", (channel: amqp.ConfirmChannel) => channel.get(b.inQueue)],
    ['read its own inbound queue', (channel: amqp.ConfirmChannel) => channel.get(a.inQueue)],
    ['read a dead-letter queue', (channel: amqp.ConfirmChannel) => channel.get(a.deadQueue)],
    ["publish to another partner's exchange", publish(b.inExchange, b.inQueue)],
    ['publish to its own outbound exchange', publish(a.outExchange, a.outQueue)],
    ['publish to the dead-letter exchange', publish('lbx.dead', a.inQueue)],
    ['publish to the default exchange', publish('', a.inQueue)],
    ["publish to another's queue by the default exchange", publish('', b.outQueue)],
    ['declare a queue', (channel: amqp.ConfirmChannel) => channel.assertQueue('mine')],
    ['declare a server-named queue', (channel: amqp.ConfirmChannel) => channel.assertQueue('', { exclusive: true })],
    ['declare an exchange', (channel: amqp.ConfirmChannel) => channel.assertExchange('mine', 'direct')],
    ['delete its queue', (channel: amqp.ConfirmChannel) => channel.deleteQueue(a.outQueue)],
    ['purge its inbound queue', (channel: amqp.ConfirmChannel) => channel.purgeQueue(a.inQueue)],
    ['bind its inbound queue to an exchange', (channel: amqp.ConfirmChannel) => channel.bindQueue(a.inQueue, a.inExchange, 'more')],
    [
      "bind its outbound queue to another's exchange",
      (channel: amqp.ConfirmChannel) => channel.bindQueue(a.outQueue, b.outExchange, b.outQueue),
    ],
  ])('may not %s', async (_what, act) => {
    expect(await refusalOf(act)).toBe(403);
  });

  it('is what the connectivity test says of it: enough, too little, too much', async () => {
    const { partnerUrl } = await layTopology(broker, [mine, theirs]);
    expect(await brokerPermissions(partnerUrl('AAA'), mine.id)).toMatchObject({ state: 'ok' });
    expect(await brokerPermissions(partnerUrl('AAA'), theirs.id)).toMatchObject({ state: 'failed', code: '403' });
    expect(await brokerPermissions(broker.url, mine.id)).toMatchObject({ state: 'failed', code: 'TOO_MANY_RIGHTS' });
  });
});

describe('topology apply and check', () => {
  const links = [linkOf('CCC'), linkOf('DDD')];
  const names = amqpNames(links[0]?.id as string);
  const vhost = 'landbridge-topology';
  const plan = topologyOf(links, vhost);
  let management: BrokerManagement;
  const apply = (options = {}) => {
    const passwords: string[] = [];
    return applyTopology(plan, management, { onPassword: (user) => void passwords.push(user), ...options }).then((differences) => ({
      passwords,
      differences,
    }));
  };

  beforeAll(() => {
    management = new BrokerManagement(broker.managementUrl);
  });
  beforeEach(async () => {
    await management.delete('vhosts', vhost);
    for (const { name } of plan.users) await management.delete('users', name);
  });
  afterAll(() => management.delete('vhosts', vhost));

  it('creates everything once, and changes nothing the second time', async () => {
    expect((await checkTopology(plan, management)).map(({ subject }) => subject)).toEqual([`vhost ${vhost}`]);
    expect(await apply()).toEqual({ passwords: ['lb-gateway', 'lb-ccc', 'lb-ddd'], differences: [] });
    expect(await apply()).toEqual({ passwords: [], differences: [] });
    expect(await checkTopology(plan, management)).toEqual([]);
    expect((await apply({ renewPasswords: true })).passwords).toHaveLength(3);
  });

  it.each([
    ['a missing queue', 'missing', () => management.delete('queues', vhost, names.outQueue), `queue ${names.outQueue}`],
    ['a missing dead-letter exchange', 'missing', () => management.delete('exchanges', vhost, 'lbx.dead'), 'exchange lbx.dead'],
    ['a missing user', 'missing', () => management.delete('users', 'lb-ccc'), 'user lb-ccc'],
    [
      'a too wide permission',
      'too-wide',
      () => management.put(['permissions', vhost, 'lb-ccc'], { configure: '^$', write: '.*', read: '^$' }),
      'user lb-ccc',
    ],
  ] as const)('finds and mends %s', async (_what, kind, damage, subject) => {
    await apply();
    await damage();
    expect(await checkTopology(plan, management)).toContainEqual(expect.objectContaining({ kind, subject }));
    expect((await apply()).differences).toEqual([]);
  });

  it.each([
    [
      'a queue with other arguments',
      'wrong',
      async () => {
        await management.delete('queues', vhost, names.inQueue);
        await management.put(['queues', vhost, names.inQueue], {
          durable: true,
          arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 },
        });
      },
      `queue ${names.inQueue}`,
    ],
    [
      'a policy that lets the broker drop messages',
      'wrong',
      () => management.put(['policies', vhost, 'ttl'], { pattern: '.*', definition: { 'message-ttl': 1000 }, 'apply-to': 'queues' }),
      `queue ${names.inQueue}`,
    ],
    [
      'a binding that leads elsewhere',
      'too-wide',
      async () => {
        await management.put(['queues', vhost, 'spy'], { durable: true });
        await management.post(['bindings', vhost, 'e', names.outExchange, 'q', 'spy'], { routing_key: names.outQueue });
      },
      `binding ${names.outExchange} → spy (${names.outQueue})`,
    ],
    [
      'a user with tags',
      'too-wide',
      () => management.put(['users', 'lb-ddd'], { password_hash: '', tags: 'administrator' }),
      'user lb-ddd',
    ],
  ] as const)('reports %s, which only a person may undo', async (_what, kind, damage, subject) => {
    await apply();
    await damage();
    await waitFor(async () => (await checkTopology(plan, management)).some((found) => found.kind === kind && found.subject === subject));
    expect((await apply()).differences).toContainEqual(expect.objectContaining({ kind, subject }));
  });

  it('refuses wrong credentials and says so without naming them', async () => {
    const url = new URL(broker.managementUrl);
    url.password = 'not-the-password';
    const refused = checkTopology(plan, new BrokerManagement(url.href));
    await expect(refused).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(refused).rejects.not.toThrow(/not-the-password/);
  });
});
