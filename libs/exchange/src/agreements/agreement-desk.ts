import { Agreements, ExchangeError, issue } from '#model';
import type { Actor } from '../access/actor.ts';
import { agreementsDigest, type AgreementBook } from '../agreement-book.ts';
import type { LinkDesk } from '../links/link-desk.ts';
import type { AgreementStore, AgreementVersion, KeptAgreements } from '../ports/agreement-store.port.ts';
import type { LinkRequest } from '../ports/link-request-store.port.ts';

export interface AgreementDeskOptions {
  readonly book: AgreementBook;
  readonly store: AgreementStore;
  readonly requests: Pick<LinkDesk, 'submit'>;
  /** Throws CONFIGURATION_INVALID with everything that keeps agreements from coming into force. */
  readonly requireSound: (agreements: Agreements) => void;
}

/** Agreements as people change them: whole, validated with every error at once, by two persons, and in force in every process without a restart. */
export class AgreementDesk {
  constructor(private readonly options: AgreementDeskOptions) {}

  /** What this process runs, and the newest version there is. */
  async standing(
    actor: Actor,
  ): Promise<{ readonly running: number; readonly digest: string; readonly newest: number; readonly agreements: Agreements }> {
    requireAll(actor);
    const { book, store } = this.options;
    const { version, digest } = book.edition;
    return { running: version, digest, newest: await store.newest(), agreements: book.agreements };
  }

  async list(actor: Actor, filter: { readonly before?: number; readonly limit: number }): Promise<readonly AgreementVersion[]> {
    requireAll(actor);
    return this.options.store.list(filter);
  }

  async find(actor: Actor, version: number): Promise<KeptAgreements> {
    requireAll(actor);
    const found = await this.options.store.find(version);
    if (!found) throw new ExchangeError('NOT_FOUND');
    return found;
  }

  /** Asks that these take the place of version `basedOn`, which the caller has seen. Throws CONFIGURATION_INVALID with everything wrong with them. */
  propose(actor: Actor, wanted: unknown, basedOn: number, request: string, reason: string): Promise<LinkRequest> {
    return this.#ask(actor, async () => ({ agreements: formOf(wanted) }), basedOn, request, reason);
  }

  /** Asks that the content of an earlier version comes back, as a new one. */
  rollBack(actor: Actor, to: number, basedOn: number, request: string, reason: string): Promise<LinkRequest> {
    return this.#ask(actor, async () => ({ agreements: (await this.find(actor, to)).agreements, restores: to }), basedOn, request, reason);
  }

  async #ask(
    actor: Actor,
    wish: () => Promise<{ readonly agreements: Agreements; readonly restores?: number }>,
    basedOn: number,
    request: string,
    reason: string,
  ): Promise<LinkRequest> {
    requireAll(actor);
    const { store, requests, requireSound } = this.options;
    return requests.submit(actor, request, async () => {
      const before = await store.find(basedOn);
      if (!before || (await store.newest()) !== basedOn)
        throw new ExchangeError('REQUEST_STATE', { detail: 'Another version is in force by now: look at it and change that one.' });
      const { agreements, restores } = await wish();
      requireSound(agreements);
      const to = { version: basedOn + 1, digest: agreementsDigest(agreements) };
      if (to.digest === before.digest) throw new ExchangeError('REQUEST_STATE', { detail: 'That is what is in force already.' });
      const from = { version: basedOn, digest: before.digest };
      const change = { from, to, ...(restores !== undefined && { restores }), agreements };
      return { kind: 'change-agreements', link: '*', subject: String(to.version), reason, change };
    });
  }
}

/** Agreements name every partner: who may see some only is not told of the others. */
function requireAll(actor: Actor): void {
  if (actor.scope.partners !== 'all')
    throw new ExchangeError('NOT_ALLOWED', { detail: 'Agreements are for those who may see all partners.' });
}

function formOf(wanted: unknown): Agreements {
  const parsed = Agreements.safeParse(wanted);
  if (parsed.success) return parsed.data;
  throw new ExchangeError('CONFIGURATION_INVALID', {
    issues: parsed.error.issues.map((problem) => issue('CONFIGURATION_INVALID', `/${problem.path.join('/')}`, `${problem.message}.`)),
  });
}
