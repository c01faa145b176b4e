/**
 * Eight bugs that gateways of this kind really have, each planted from outside by wrapping the ports of the product; the
 * oracle must go red on every one of them (docs/decisions: bugs are planted from outside).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObservable, lastValueFrom } from 'rxjs';
import type { DataSource } from 'typeorm';
import { createDataSource, type AmqpStrategy } from '#adapters';
import type { BatchCommit, ExchangeStore, InboundDelivery, InboundOutcome, OutboundItem, QueuedItem, Transport } from '#exchange';
import type { Overrides } from '../../apps/gateway/src/compose.ts';
import type { TransportSet } from '../../apps/gateway/src/transports.ts';
import { poolOf } from '../../libs/adapters/src/store/data-source.ts';
import { requeueFailures } from './requeue.ts';

export type BugName =
  | 'ack-before-commit'
  | 'no-unique-key'
  | 'publish-without-confirm'
  | 'mark-before-confirm'
  | 'synchronous-commit-off'
  | 'relay-by-last-id'
  | 'requeue-on-error'
  | 'clock-ordered-dispatch';

/** The product's object with some methods replaced; all else is the product's own. */
function altered<T extends object>(product: T, changes: Partial<T>): T {
  return new Proxy(product, {
    get(target, name) {
      if (name in changes) return Reflect.get(changes, name) as unknown;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

type Send = (product: Transport, ...parameters: Parameters<Transport['send']>) => ReturnType<Transport['send']>;

/** One wrapper for each transport: listeners are registered once a transport. */
function sending(send: Send): (set: TransportSet) => TransportSet {
  const wrapped = new Map<Transport, Transport>();
  return (set) =>
    altered(set, {
      of: (link) => {
        const product = set.of(link);
        if (!wrapped.has(product)) wrapped.set(product, altered(product, { send: (to, items) => send(product, to, items) }));
        return wrapped.get(product)!;
      },
    });
}

export type Receive = (deliveries: readonly InboundDelivery[]) => Promise<readonly InboundOutcome[]>;

/** Replaces what the broker's consumer hands batches to. */
function receiving(wrap: (receive: Receive) => Receive): (set: TransportSet) => TransportSet {
  return (set) => {
    for (const strategy of set.strategies as readonly AmqpStrategy[]) {
      const add = strategy.addHandler.bind(strategy);
      strategy.addHandler = (pattern, callback, ...rest) => {
        const product: Receive = async (deliveries) => {
          const answer: unknown = await callback(deliveries, undefined);
          return (isObservable(answer) ? await lastValueFrom(answer) : answer) as readonly InboundOutcome[];
        };
        const receive = wrap(product);
        add(pattern, async (deliveries) => receive(deliveries), ...rest);
      };
    }
    return set;
  };
}

const accepted = (deliveries: readonly InboundDelivery[]): InboundOutcome[] => deliveries.map(() => ({ verdict: 'accepted' }));
const stored = (items: readonly OutboundItem[]): OutboundItem[] => items.filter(({ id }) => /^\d+$/.test(id));

const ackBeforeCommit = (): Overrides => ({
  transports: receiving((receive) => async (deliveries) => {
    void receive(deliveries).catch(() => undefined);
    return accepted(deliveries);
  }),
});

const noUniqueKey = (): Overrides => ({
  store: (store, dataSource) =>
    altered<ExchangeStore>(store, {
      heads: async (links) => {
        // The gateway's own role could not do this.
        const owner = await createDataSource({ url: (dataSource.options as { url: string }).url, poolSize: 1 }).initialize();
        await owner.query('ALTER TABLE inbox DROP CONSTRAINT IF EXISTS inbox_pkey');
        await owner.query('DROP INDEX IF EXISTS outbox_message_id');
        await owner.destroy();
        return store.heads(links);
      },
      known: () => Promise.resolve([]),
    }),
});

const publishWithoutConfirm = (): Overrides => ({
  transports: sending((product, link, items) => {
    void product.send(link, items);
    return Promise.resolve(items.map(({ id }) => ({ id, sent: true })));
  }),
});

const markBeforeConfirm = (): Overrides => {
  let marks: ExchangeStore;
  return {
    store: (store) => (marks = store),
    transports: sending(async (product, link, items) => {
      await marks.markPublished(
        stored(items).map(({ id }) => id),
        new Date(),
      );
      return product.send(link, items);
    }),
  };
};

const synchronousCommitOff = (): Overrides => ({
  store: (store, dataSource) => {
    const ready = relaxCommits(dataSource);
    return altered<ExchangeStore>(store, { heads: (links) => ready.then(() => store.heads(links)) });
  },
});

/** New sessions by their options; those that migration opened, by hand. */
async function relaxCommits(dataSource: DataSource): Promise<void> {
  const pool = poolOf(dataSource);
  pool.options.options = '-c synchronous_commit=off';
  const open = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()));
  for (const client of open) await client.query('SET synchronous_commit = off');
  for (const client of open) client.release();
}

/** A cursor instead of states: whatever lies behind the last id handed over is never looked at again. */
const relayByLastId = (folder: string): Overrides => {
  const file = join(folder, 'last-id.json');
  const last = readCursor(file);
  return {
    store: (store) =>
      altered<ExchangeStore>(store, {
        claimDue: async (link, limit, now) => {
          const claimed = await store.claimDue(link, limit, now);
          return claimed.filter(({ id }) => Number(id) > (last[link] ?? 0));
        },
      }),
    transports: sending((product, link, items) => {
      for (const { id } of stored(items)) last[link.id] = Math.max(last[link.id] ?? 0, Number(id));
      writeFileSync(file, JSON.stringify(last));
      return product.send(link, items);
    }),
  };
};

function readCursor(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
  } catch {
    return {};
  }
}

/** Dispatch by time instead of by key and place, with a clock that is a second off for half of the rows. */
const clockOrderedDispatch = (): Overrides => {
  const told = ({ createdAt, messageId }: QueuedItem): number =>
    createdAt.getTime() + (messageId.charCodeAt(messageId.length - 1) % 2) * 1_000;
  const keyless = (batch: BatchCommit): BatchCommit => ({
    ...batch,
    outbox: batch.outbox.map(({ orderKey: _, ...row }) => ({ ...row, state: 'ready' as const })),
  });
  return {
    store: (store) =>
      altered<ExchangeStore>(store, {
        // Without outbox ids nothing is handed over in memory: every row goes by the clock.
        commit: async (batch) => {
          await store.commit(keyless(batch));
          return { outboxIds: new Map() };
        },
        claimDue: async (...parameters) => [...(await store.claimDue(...parameters))].sort((a, b) => told(a) - told(b)),
      }),
  };
};

const requeueOnError = (): Overrides => ({
  transports: (set) => {
    const requeue = requeueFailures(set.strategies as readonly AmqpStrategy[]);
    return receiving((receive) => async (deliveries) => {
      try {
        return await receive(deliveries);
      } catch {
        requeue(deliveries);
        return accepted(deliveries);
      }
    })(set);
  },
});

/** What the gateway is composed with; `folder` is a place that survives a kill. */
export const BUGS: Readonly<Record<BugName, (folder: string) => Overrides>> = {
  'ack-before-commit': ackBeforeCommit,
  'no-unique-key': noUniqueKey,
  'publish-without-confirm': publishWithoutConfirm,
  'mark-before-confirm': markBeforeConfirm,
  'synchronous-commit-off': synchronousCommitOff,
  'relay-by-last-id': relayByLastId,
  'requeue-on-error': requeueOnError,
  'clock-ordered-dispatch': clockOrderedDispatch,
};
export const isBug = (name: string): name is BugName => Object.hasOwn(BUGS, name);
