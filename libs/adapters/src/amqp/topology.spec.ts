import fc from 'fast-check';
import { Link } from '#model';
import { amqpNames, topologyOf } from './topology.ts';

const link = (id: string, partner: string, transport: 'amqp' | 'mailbox' = 'amqp') => Link.parse({ id, partner, transport });
const allows = (expression: string, name: string) => new RegExp(expression).test(name);
const userOf = (plan: ReturnType<typeof topologyOf>, name: string) => plan.users.find((user) => user.name === name)!;

describe('the broker topology', () => {
  it('gives each AMQP link its queues, exchanges and bindings, and other links nothing', () => {
    const plan = topologyOf([link('hrg', 'HRG'), link('keg', 'KEG', 'mailbox')]);
    expect(plan.exchanges).toEqual(['lbx.dead', 'lbx.hrg.in', 'lbx.hrg.out']);
    expect(plan.queues.map(({ name }) => name)).toEqual(['lb.hrg.in', 'lb.hrg.out', 'lb.hrg.dead']);
    expect(plan.bindings).toContainEqual({ exchange: 'lbx.hrg.in', queue: 'lb.hrg.in', routingKey: 'lb.hrg.in' });
    expect(plan.users.map(({ name }) => name)).toEqual(['lb-gateway', 'lb-hrg']);
  });

  it('makes every carrying queue durable quorum, with one reader, and no letter lost by the broker in silence', () => {
    for (const queue of topologyOf([link('hrg', 'HRG')]).queues.slice(0, 2)) {
      expect(queue.arguments).toEqual({
        'x-queue-type': 'quorum',
        'x-single-active-consumer': true,
        'x-dead-letter-exchange': 'lbx.dead',
        'x-dead-letter-routing-key': queue.name,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      });
    }
  });

  it('joins the links of one partner under one user', () => {
    const plan = topologyOf([link('hrg', 'HRG'), link('hrg-test', 'HRG')]);
    expect(plan.users).toHaveLength(2);
    expect(userOf(plan, 'lb-hrg').write).toBe('^(lbx\\.hrg\\.in|lbx\\.hrg-test\\.in)$');
  });

  it('lets nobody touch what is not theirs, whatever the links are called', () => {
    const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/);
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 2, maxLength: 6 }), (ids) => {
        const plan = topologyOf(ids.map((name, i) => link(name, `P${i}`)));
        const names = [...plan.exchanges, ...plan.queues.map(({ name }) => name), 'amq.default', ''];
        ids.forEach((own, i) => {
          const { configure, write, read } = userOf(plan, `lb-p${i}`);
          expect(names.filter((name) => allows(configure, name) && name !== '')).toEqual([]);
          expect(names.filter((name) => allows(write, name))).toEqual([amqpNames(own).inExchange]);
          expect(names.filter((name) => allows(read, name))).toEqual([amqpNames(own).outQueue]);
        });
        const gateway = userOf(plan, 'lb-gateway');
        expect(names.filter((name) => allows(gateway.write, name))).toEqual(ids.map((name) => amqpNames(name).outExchange));
        expect(names.filter((name) => allows(gateway.read, name))).toEqual(
          ids.flatMap((name) => [amqpNames(name).inQueue, amqpNames(name).deadQueue]),
        );
      }),
    );
  });

  it('gives nobody anything when there are no AMQP links', () => {
    expect(topologyOf([]).users).toEqual([{ name: 'lb-gateway', configure: '^$', write: '^$', read: '^$' }]);
  });
});
