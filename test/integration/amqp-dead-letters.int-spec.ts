import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { amqpNames, BrokerManagement, DeadLetterCollector, GATEWAY_USER } from '#adapters';
import type { NewDeadLetter } from '#exchange';
import { Link } from '#model';
import { layTopology, testBroker, type TestBroker, type TestTopology } from '../support/rabbitmq.ts';
import { waitFor } from '../support/wait-for.ts';

const link = Link.parse({ id: 'dead-keg', partner: 'DKG', transport: 'amqp' });
const names = amqpNames(link.id);

describe('dead letters of the broker', () => {
  let broker: TestBroker;
  let topology: TestTopology;
  let admin: ChannelModel;
  let channel: Channel;
  let collector: DeadLetterCollector;
  const rows: NewDeadLetter[] = [];
  let failing = false;

  const collectorAt = (url: string) => {
    const keep = async (letter: NewDeadLetter) => {
      if (failing) throw new Error('the database is away');
      rows.push(letter);
    };
    return new DeadLetterCollector(
      () => [link],
      { keep },
      { url, pollMilliseconds: 3_600_000, now: () => new Date(), report: () => undefined },
    );
  };

  beforeAll(async () => {
    broker = await testBroker();
    topology = await layTopology(broker, [link]);
    admin = await amqp.connect(broker.url, { noDelay: true });
    channel = await admin.createChannel();
    collector = collectorAt(topology.gatewayUrl);
    await collector.start();
  }, 120_000);
  afterAll(async () => {
    await collector.close();
    await new BrokerManagement(broker.managementUrl).delete('policies', '/', 'dead-letter-test');
    await admin.close();
  });

  const put = (exchange: string, queue: string, text: string) =>
    channel.publish(exchange, queue, Buffer.from(text), { messageId: text, type: 'IFTMIN', persistent: true });
  const policy = (definition: object) =>
    topology.management.put(['policies', '/', 'dead-letter-test'], {
      pattern: '^lb\\.dead-keg\\.(in|out)$',
      definition,
      'apply-to': 'queues',
    });
  const atBroker = async () => (await channel.checkQueue(names.deadQueue)).messageCount;
  /** A consumer that takes nothing, until the broker gave the letter up. */
  const refusing = async (queue: string, requeue: boolean) => {
    const { consumerTag } = await channel.consume(queue, (message) => message && channel.nack(message, false, requeue));
    await waitFor(async () => (await atBroker()) === 1);
    await channel.cancel(consumerTag);
  };
  const look = async () => {
    await collector.look();
    return collector.standing()[0]!;
  };

  it('counts what lies there, and takes a letter from the broker only when its row is kept', async () => {
    expect(await look()).toMatchObject({ link: link.id, queue: names.deadQueue, count: 0 });
    put(names.outExchange, names.outQueue, 'refused by Khorgos');
    await refusing(names.outQueue, false);
    failing = true;
    expect(await look()).not.toHaveProperty('count');
    await waitFor(async () => (await atBroker()) === 1);
    failing = false;
    expect(await look()).toMatchObject({ count: 0 });
    expect(await atBroker()).toBe(0);
    expect(rows).toMatchObject([
      {
        link: link.id,
        way: 'out',
        reason: 'rejected',
        queue: names.outQueue,
        exchange: names.outExchange,
        routingKey: names.outQueue,
        deaths: 1,
      },
    ]);
    expect(rows[0]).toMatchObject({ messageId: 'refused by Khorgos', type: 'IFTMIN', frame: Buffer.from('refused by Khorgos') });
    expect(Math.abs(rows[0]!.diedAt.getTime() - Date.now())).toBeLessThan(600_000);
  });

  it.each([
    ['expired', { 'message-ttl': 1 }],
    ['delivery_limit', { 'delivery-limit': 1 }],
  ] as const)('says %s in the words of the broker', async (reason, definition) => {
    rows.length = 0;
    await policy(definition);
    put(names.inExchange, names.inQueue, reason);
    if (reason === 'delivery_limit') await refusing(names.inQueue, true);
    await waitFor(async () => (await atBroker()) === 1);
    await topology.management.delete('policies', '/', 'dead-letter-test');
    expect(await look()).toMatchObject({ count: 0 });
    expect(rows).toMatchObject([{ reason, way: 'in', queue: names.inQueue }]);
  });

  it('tells why it cannot count: nobody let it read, there is no queue, the broker is away', async () => {
    await topology.management.put(['permissions', '/', GATEWAY_USER], { configure: '^$', write: '^$', read: '^$' });
    await channel.sendToQueue(names.deadQueue, Buffer.from('by hand'));
    await waitFor(async () => (await atBroker()) === 1);
    // A broker remembers for a while what a channel was allowed: another process asks anew.
    const other = collectorAt(topology.gatewayUrl);
    await other.start();
    expect(other.standing()).toMatchObject([{ fault: 'not-allowed' }]);
    await topology.management.put(['permissions', '/', GATEWAY_USER], { configure: '^$', write: '^$', read: '.*' });
    rows.length = 0;
    await other.look();
    expect(other.standing()).toMatchObject([{ count: 0 }]);
    expect(rows).toMatchObject([{ reason: 'other', frame: Buffer.from('by hand') }]);
    await channel.deleteQueue(names.deadQueue);
    await other.look();
    expect(other.standing()).toMatchObject([{ fault: 'missing' }]);
    await other.close();
    const away = collectorAt('amqp://nobody:nothing@127.0.0.1:9/');
    await away.start();
    expect(away.standing()).toMatchObject([{ fault: 'unreachable' }]);
    await away.close();
  });
});
