import type { DataSource } from 'typeorm';
import { PostgresAgreementStore } from '#adapters';
import { readAgreements, readAlertRules, type Environment } from '#config';
import {
  AgreementDesk,
  readForeignTrust,
  type AgreementBook,
  type AuditLog,
  type Clock,
  type Edition,
  type ForeignTrustParts,
  type LinkDesk,
  type LinkTrust,
  type Relays,
} from '#exchange';
import { ExchangeError, issue, type Agreements, type Issue } from '#model';
import type { TransportSet } from '../transports.ts';
import { AgreementKeeper } from './agreement-keeper.ts';

export interface AgreementNeeds {
  readonly environment: Environment;
  readonly dataSource: DataSource;
  readonly book: AgreementBook;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

/** Agreements of a running gateway: what keeps them, and what everything that runs needs to follow them. */
export class LiveAgreements {
  readonly keeper: AgreementKeeper;
  readonly store: PostgresAgreementStore;
  /** Foreign signatures as agreed now; one map, whose content changes. */
  readonly foreign = new Map<string, LinkTrust>();
  #trust: ForeignTrustParts | undefined;
  #transports: TransportSet | undefined;

  constructor(private readonly needs: AgreementNeeds) {
    const { environment, dataSource, book, audit, clock, report } = needs;
    const file = environment.LANDBRIDGE_AGREEMENTS;
    this.store = new PostgresAgreementStore(dataSource);
    this.keeper = new AgreementKeeper({
      book,
      store: this.store,
      audit,
      clock,
      file,
      read: () => readAgreements(file),
      requireSound: (agreements) => this.requireSound(agreements),
      report,
    });
  }

  /** What foreign signatures are read with. Throws CONFIGURATION_INVALID with every fault of those in force. */
  trust(parts: ForeignTrustParts): void {
    this.#trust = parts;
    this.#readTrust();
  }

  carriedBy(transports: TransportSet): void {
    this.#transports = transports;
  }

  desk(requests: Pick<LinkDesk, 'submit'>): AgreementDesk {
    return new AgreementDesk({ book: this.needs.book, store: this.store, requests, requireSound: (wanted) => this.requireSound(wanted) });
  }

  /** Throws CONFIGURATION_INVALID with everything that keeps these from coming into force in this process. */
  requireSound(agreements: Agreements): void {
    const issues = [...this.needs.book.faults(agreements), ...this.#faultsOfTrust(agreements), ...this.#faultsOfTransports(agreements)];
    issues.push(...this.#faultsOfAlerts(agreements));
    if (issues.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues });
  }

  /**
   * Everything that runs goes over to these. Links that end or move finish the batches they took in under what was agreed then; what waits for
   * one that ended stays in the store.
   */
  async follow(relays: Relays, agreements: Agreements, edition: Edition): Promise<void> {
    const { book } = this.needs;
    const after = new Map(agreements.links.map((link) => [link.id, link]));
    const stays = book.links.filter(
      ({ id, transport, partner }) => after.get(id)?.transport === transport && after.get(id)?.partner === partner,
    );
    await this.#transports?.follow(stays);
    book.adopt(agreements, edition);
    this.#readTrust();
    relays.follow(book.links);
    await this.#transports?.follow(book.links);
  }

  #readTrust(): void {
    if (!this.#trust) return;
    const read = readForeignTrust(this.needs.book.links, this.#trust);
    this.foreign.clear();
    for (const [link, trust] of read) this.foreign.set(link, trust);
  }

  #faultsOfTrust({ links }: Agreements): readonly Issue[] {
    return this.#trust ? issuesOf(() => readForeignTrust(links, this.#trust!), '/links') : [];
  }

  #faultsOfTransports({ links }: Agreements): readonly Issue[] {
    return links.flatMap((link, index) => issuesOf(() => this.#transports?.of(link).check(link), `/links/${index}`));
  }

  /** An alert rule about a link that nobody agreed on would never fire. */
  #faultsOfAlerts({ links }: Agreements): readonly Issue[] {
    const known = new Set(links.map(({ id }) => id));
    return readAlertRules(this.needs.environment.LANDBRIDGE_ALERTS).rules.flatMap(({ name, links: named = [] }) =>
      named
        .filter((link) => !known.has(link))
        .map((link) => issue('CONFIGURATION_INVALID', '/links', `The alert rule ${name} names the link ${link}.`)),
    );
  }
}

function issuesOf(work: () => unknown, pointer: string): readonly Issue[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return error.issues.map((found) => (found.pointer.startsWith('/') ? found : { ...found, pointer: `${pointer}/${found.pointer}` }));
  }
}
