import { actorName, type Actor, type AgreementBook, type AuditLog, type Clock } from '#exchange';
import { ExchangeError, type Link } from '#model';
import { GROUPS, type ConnectivityRow, type Group, type RowResult } from '#onboarding';
import type { ConformanceRun, ConformanceRuns } from './conformance-runs.ts';
import type { Drift, DriftWatch } from './drift-watch.ts';

export interface PartnerTestDeskOptions {
  readonly book: AgreementBook;
  readonly runs: ConformanceRuns;
  readonly drift: DriftWatch;
  readonly test: (link: Link, rows: readonly ConnectivityRow[] | undefined, waitMilliseconds: number) => Promise<readonly RowResult[]>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
}

/** Which rows, all where absent, and how long an answer may take. */
export interface RowsWish {
  readonly rows?: readonly ConnectivityRow[] | undefined;
  readonly waitSeconds: number;
}

export interface ConformanceWish {
  readonly software: string;
  readonly groups?: readonly Group[] | undefined;
  readonly short: boolean;
}

/** Where a partner stands with its tests. */
export interface PartnerTests {
  readonly run?: ConformanceRun;
  readonly drift?: Drift;
}

/** The keys of a gateway that carries traffic are not changed for a test: that group is run by `landbridge conformance run`. */
export const GATEWAY_GROUPS: readonly Group[] = GROUPS.filter((group) => group !== 'rotation' && group !== 'privacy');

/** What people start to try a partner's end: row by row, or by the whole suite. Each within their scope, audited with its reason before it begins. */
export class PartnerTestDesk {
  readonly #options: PartnerTestDeskOptions;

  constructor(options: PartnerTestDeskOptions) {
    this.#options = options;
  }

  /** Rows of the connectivity test from our end; those before a row that it needs are tried, too. Throws NOT_FOUND. */
  async connectivity(actor: Actor, id: string, { rows, waitSeconds }: RowsWish, reason: string): Promise<readonly RowResult[]> {
    const link = this.#link(actor, id);
    await this.#audit(actor, 'connectivity.test', link, reason);
    return this.#options.test(link, rows, waitSeconds * 1_000);
  }

  /** Begins a run against the partner's system. Throws NOT_FOUND, NOT_ALLOWED, CONFORMANCE_RUNNING. */
  async start(
    actor: Actor,
    id: string,
    { software, groups = GATEWAY_GROUPS, short }: ConformanceWish,
    reason: string,
  ): Promise<ConformanceRun> {
    const link = this.#link(actor, id);
    await this.#audit(actor, 'conformance.start', link, reason);
    return this.#options.runs.start({ link, software, groups, short, by: actorName(actor), reason });
  }

  async stop(actor: Actor, id: string, reason: string): Promise<PartnerTests> {
    const link = this.#link(actor, id);
    await this.#audit(actor, 'conformance.stop', link, reason);
    await this.#options.runs.stop(link.id);
    return this.show(actor, id);
  }

  async show(actor: Actor, id: string): Promise<PartnerTests> {
    const link = this.#link(actor, id);
    const [run, drift] = await Promise.all([this.#options.runs.find(link.id), this.#options.drift.last(link.id)]);
    return { ...(run && { run }), ...(drift && { drift }) };
  }

  /** Throws NOT_FOUND where the last run left no such file. */
  async file(actor: Actor, id: string, name: string): Promise<Buffer> {
    const found = await this.#options.runs.file(this.#link(actor, id).id, name);
    if (!found) throw new ExchangeError('NOT_FOUND', { pointer: name });
    return found;
  }

  /** The last look at every certified link within the scope. */
  async drift(actor: Actor): Promise<readonly Drift[]> {
    return (await this.#options.drift.all()).filter(({ link }) => actor.scope.coversLink(link));
  }

  /** Looks now. Throws NOT_FOUND for a link without a certificate. */
  async look(actor: Actor, id: string, waitMilliseconds: number, reason: string): Promise<Drift> {
    const link = this.#link(actor, id);
    await this.#audit(actor, 'conformance.drift', link, reason);
    const drift = await this.#options.drift.look(link, waitMilliseconds);
    if (!drift) throw new ExchangeError('NOT_FOUND', { pointer: 'certificate', detail: 'This link has no certificate.' });
    return drift;
  }

  /** A link outside the scope is answered like none. */
  #link(actor: Actor, id: string): Link {
    const link = this.#options.book.link(id);
    if (!link || !actor.scope.coversLink(id)) throw new ExchangeError('NOT_FOUND', { pointer: 'link' });
    return link;
  }

  #audit(actor: Actor, action: string, { id }: Link, reason: string): Promise<void> {
    return this.#options.audit.append({ actor: actorName(actor), action, subject: `link:${id}`, reason, at: this.#options.clock.now() });
  }
}
