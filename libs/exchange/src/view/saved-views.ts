import { ExchangeError, issue } from '#model';
import { actorName, type Actor } from '../access/actor.ts';
import type { Partners } from '../access/scope.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { SavedView, SavedViewStore } from '../ports/saved-view-store.port.ts';
import { parseQuery } from './query.ts';

/** Of one account. */
export const MOST_VIEWS = 100;

export interface ViewWish {
  readonly name: string;
  readonly query: string;
  readonly columns: readonly string[];
  readonly shared: boolean;
  /** Why the team gets it; on record. */
  readonly reason?: string | undefined;
}

export interface SavedViewsOptions {
  readonly store: SavedViewStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly newId: () => string;
}

/**
 * Views that people keep for themselves or for their team. A team view may name partners and numbers: it is seen by those only
 * who see every partner that its owner sees. What concerns others, sharing and removing what is shared, is on record.
 */
export class SavedViews {
  constructor(private readonly options: SavedViewsOptions) {}

  /** One's own first, then the team's. */
  async list(by: Actor): Promise<readonly SavedView[]> {
    const seen = (await this.options.store.list(by.account.id)).filter((view) => sees(by, view));
    const own = (view: SavedView) => (view.ownerId === by.account.id ? 0 : 1);
    return seen.toSorted((one, other) => own(one) - own(other) || one.name.localeCompare(other.name));
  }

  /** In place of one's own view of that name. Throws USAGE for a query that says nothing, and for the hundred-and-first. */
  async save(by: Actor, { name, query, columns, shared, reason }: ViewWish): Promise<SavedView> {
    const parsed = parseQuery(query);
    if (!parsed.ok)
      throw new ExchangeError('USAGE', {
        issues: parsed.faults.map(({ at, length, message }) => issue('USAGE', `q:${at}+${length}`, message)),
      });
    const { store, clock, newId } = this.options;
    const view: SavedView = {
      id: newId(),
      name: name.normalize('NFC'),
      query,
      columns,
      shared,
      ownerId: by.account.id,
      owner: by.account.name,
      partners: by.scope.partners,
      at: clock.now(),
    };
    if (shared) await this.#record(by, 'view.share', view, reason);
    if (!(await store.put(view, MOST_VIEWS)))
      throw new ExchangeError('USAGE', { issues: [issue('USAGE', 'name', `An account keeps at most ${MOST_VIEWS} views.`)] });
    return view;
  }

  /** One's own, or a team view as somebody who may change settings. Throws NOT_FOUND for what is not to be seen, NOT_ALLOWED. */
  async remove(by: Actor, id: string): Promise<void> {
    const { store } = this.options;
    const view = await store.find(id);
    const own = view?.ownerId === by.account.id;
    if (!view || !(own || (view.shared && sees(by, view)))) throw new ExchangeError('NOT_FOUND');
    if (!own && !by.rights.has('settings.manage')) throw new ExchangeError('NOT_ALLOWED', { detail: 'It is another person’s view.' });
    if (view.shared) await this.#record(by, 'view.remove', view);
    if (!(await store.remove(id))) throw new ExchangeError('NOT_FOUND');
  }

  #record(by: Actor, action: string, { name, query, owner }: SavedView, reason?: string): Promise<void> {
    const { audit, clock } = this.options;
    const told = reason === undefined ? {} : { reason };
    return audit.append({ actor: actorName(by), action, subject: `view:${name}`, ...told, after: { query, owner }, at: clock.now() });
  }
}

const sees = (by: Actor, { ownerId, partners }: SavedView): boolean => ownerId === by.account.id || covers(by.scope.partners, partners);

const covers = (mine: Partners, theirs: Partners): boolean =>
  mine === 'all' || (theirs !== 'all' && theirs.every((partner) => mine.includes(partner)));
