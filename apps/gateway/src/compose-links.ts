import type { DataSource } from 'typeorm';
import { DeadLetterCollector, PostgresDeadLetterStore, PostgresLinkRequestStore } from '#adapters';
import type { Environment } from '#config';
import { DeadLetterDesk, LinkDesk, type AgreementBook, type AgreementDesk, type DeadLetterDeskOptions } from '#exchange';
import type { LiveAgreements } from './agreements/compose-agreements.ts';

/** What people do about links, wired: blocked keys, dead letters, and what takes letters from the broker. */
export interface LinkParts {
  readonly desk: LinkDesk;
  readonly agreements: AgreementDesk;
  readonly letters: DeadLetterDesk;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface LinkNeeds extends Omit<DeadLetterDeskOptions, 'store' | 'queues'> {
  readonly dataSource: DataSource;
  readonly book: AgreementBook;
  readonly agreements: LiveAgreements;
  readonly environment: Pick<Environment, 'AMQP_URL' | 'AMQP_CA'>;
  readonly report: (error: unknown) => void;
}

export function composeLinks({ dataSource, book, agreements, environment, report, ...needs }: LinkNeeds): LinkParts {
  const { audit, clock } = needs;
  const store = new PostgresDeadLetterStore(dataSource);
  const { AMQP_URL: url, AMQP_CA: ca } = environment;
  const collector = new DeadLetterCollector(() => (url === undefined ? [] : book.links), store, {
    url: url ?? '',
    ...(ca !== undefined && { tls: { ca } }),
    reconnectCapMs: 5_000,
    pollMilliseconds: 5_000,
    now: () => clock.now(),
    report,
  });
  const requests = new PostgresLinkRequestStore(dataSource, book);
  const desk = new LinkDesk({ store: requests, letters: store, audit, clock, requireSound: (wanted) => agreements.requireSound(wanted) });
  return {
    desk,
    agreements: agreements.desk(desk),
    letters: new DeadLetterDesk({ ...needs, store, queues: collector }),
    start: () => collector.start(),
    stop: () => collector.close(),
  };
}
