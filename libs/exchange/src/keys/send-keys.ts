import type { ExchangeStore, OutboxRow } from '../ports/exchange-store.port.ts';
import type { Relays } from '../relays.ts';

export interface KeySender {
  readonly exchange: Pick<ExchangeStore, 'commit'>;
  readonly relays: Pick<Relays, 'of'>;
}

/** Puts documents and statements about keys on their way; durable when it resolves. */
export async function sendKeys({ exchange, relays }: KeySender, rows: readonly Omit<OutboxRow, 'state'>[]): Promise<void> {
  const outbox = rows.map((row) => ({ ...row, state: 'ready' as const }));
  // The relay learns before the commit that rows will lie in the store, so that none of a later plan overtakes them unseen.
  for (const { link } of outbox) relays.of(link)?.distrust();
  await exchange.commit({ inbox: [], quarantine: [], duplicates: [], outbox, receipts: [], moves: [], events: [], heads: [] });
  for (const { link } of outbox) relays.of(link)?.kick();
}
