import { EventEmitter } from 'node:events';
import type { AmqpConnection, AmqpEvent } from './amqp.connection.ts';
import { AmqpPublisher, type PublisherOptions } from './amqp.publisher.ts';

type Confirm = (error: unknown) => void;

/** A confirm channel that answers when the test says so. */
class Channel extends EventEmitter {
  readonly published: { readonly id: string; readonly confirm: Confirm }[] = [];
  publish(_exchange: string, _key: string, _body: Buffer, { messageId }: { messageId: string }, confirm: Confirm): boolean {
    this.published.push({ id: messageId, confirm });
    return true;
  }
  async close(): Promise<void> {
    this.emit('close');
  }
  /** As amqplib does: 'error' with the broker's code, then every outstanding confirm fails, then 'close'. */
  die(code?: number): void {
    if (code !== undefined) this.emit('error', Object.assign(new Error(`channel closed by server: ${code}`), { code }));
    for (const { confirm } of this.published.splice(0)) confirm(new Error('channel closed'));
    this.emit('close');
  }
}

class Connection {
  readonly channels: Channel[] = [];
  readonly resets: string[] = [];
  blocked: string | undefined;
  current: unknown = {
    createConfirmChannel: async () => {
      const channel = new Channel();
      this.channels.push(channel);
      return channel;
    },
  };
  reset(reason: string): void {
    this.resets.push(reason);
  }
}

const item = (id: string, bytes = 1) => ({
  id,
  kind: 'message' as const,
  messageId: id,
  type: 'test',
  frame: Buffer.alloc(bytes),
  possibleDuplicate: false,
  createdAt: new Date(0),
});
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

function publisher(options: Partial<PublisherOptions> = {}) {
  const connection = new Connection();
  const events: AmqpEvent[] = [];
  const made = new AmqpPublisher(connection as unknown as AmqpConnection, {
    link: 'hrg',
    exchange: 'lbx.hrg.out',
    routingKey: 'lb.hrg.out',
    window: 3,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { made, connection, events, channel: () => connection.channels.at(-1)! };
}
const codes = (outcomes: readonly { sent: boolean; code?: string }[]) => outcomes.map((outcome) => (outcome.sent ? 'sent' : outcome.code));

describe('the AMQP publisher', () => {
  it('keeps at most a window in flight and refills it with every confirm', async () => {
    const { made, channel } = publisher();
    const sending = made.send(['a', 'b', 'c', 'd', 'e'].map((id) => item(id)));
    await settled();
    expect(channel().published.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    channel().published[0]?.confirm(null);
    expect(channel().published.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    for (let i = 1; i < 5; i++) channel().published[i]?.confirm(null);
    expect(codes(await sending)).toEqual(Array(5).fill('sent'));
  });

  it('passes the crash point once for each message written, before its confirm', async () => {
    const passed: string[] = [];
    const { made, channel } = publisher({ pass: (point) => passed.push(`${point} ${channel().published.length}`) });
    const sending = made.send([item('a'), item('b')]);
    await settled();
    expect(passed).toEqual(['after-publish 1', 'after-publish 2']);
    for (const { confirm } of channel().published) confirm(null);
    expect(codes(await sending)).toEqual(['sent', 'sent']);
  });

  it('keeps to the bytes in flight, but sends one larger message alone', async () => {
    const { made, channel } = publisher({ windowBytes: 10 });
    const sending = made.send([item('a', 6), item('b', 6), item('huge', 99)]);
    await settled();
    for (const expected of [['a'], ['a', 'b'], ['a', 'b', 'huge']]) {
      expect(channel().published.map(({ id }) => id)).toEqual(expected);
      channel().published.at(-1)?.confirm(null);
    }
    expect(codes(await sending)).toEqual(['sent', 'sent', 'sent']);
  });

  it('starts nothing more of a call after a nack, and goes on with the next call', async () => {
    const { made, channel } = publisher();
    const failing = made.send(['a', 'b', 'c', 'd', 'e'].map((id) => item(id)));
    const next = made.send([item('x')]);
    await settled();
    channel().published[1]?.confirm(new Error('message nacked'));
    channel().published[0]?.confirm(null);
    channel().published[2]?.confirm(null);
    expect(codes(await failing)).toEqual(['sent', 'PUBLISH_UNCONFIRMED', 'sent', 'LINK_UNREACHABLE', 'LINK_UNREACHABLE']);
    expect(channel().published.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'x']);
    channel().published[3]?.confirm(null);
    expect(codes(await next)).toEqual(['sent']);
  });

  it('does not count a message as sent that was returned and then confirmed', async () => {
    const { made, channel, events } = publisher();
    const sending = made.send([item('a')]);
    await settled();
    channel().emit('return', { properties: { messageId: 'a' } });
    channel().published[0]?.confirm(null);
    expect(codes(await sending)).toEqual(['PUBLISH_RETURNED']);
    expect(events).toMatchObject([{ kind: 'returned', link: 'hrg' }]);
  });

  it.each([
    [404, 'PUBLISH_RETURNED'],
    [403, 'PUBLISH_RETURNED'],
    [541, 'PUBLISH_UNCONFIRMED'],
    [undefined, 'PUBLISH_UNCONFIRMED'],
  ])('answers what was in flight when the channel died with %s as %s, and opens another channel', async (code, expected) => {
    const { made, connection, channel } = publisher();
    const sending = made.send([item('a'), item('b')]);
    await settled();
    channel().die(code);
    expect(codes(await sending)).toEqual([expected, expected]);
    const again = made.send([item('a')]);
    await settled();
    expect(connection.channels).toHaveLength(2);
    channel().published[0]?.confirm(null);
    expect(codes(await again)).toEqual(['sent']);
  });

  it('hangs up when confirms do not come in time: what still lies in the socket must not arrive after its resend', async () => {
    const { made, connection, events } = publisher({ confirmMs: 5 });
    expect(codes(await made.send([item('a')]))).toEqual(['PUBLISH_UNCONFIRMED']);
    expect(connection.resets).toHaveLength(1);
    expect(events).toMatchObject([{ kind: 'unconfirmed', messages: 1 }]);
  });

  it('does not publish while the broker is down or blocked', async () => {
    const { made, connection } = publisher();
    connection.blocked = 'memory';
    expect(codes(await made.send([item('a'), item('b')]))).toEqual(['LINK_UNREACHABLE', 'LINK_UNREACHABLE']);
    connection.blocked = undefined;
    connection.current = undefined;
    expect(codes(await made.send([item('a')]))).toEqual(['LINK_UNREACHABLE']);
    expect(connection.channels).toEqual([]);
  });

  it('answers an empty call at once', async () => {
    expect(await publisher().made.send([])).toEqual([]);
  });
});
