import { setTimeout as sleep } from 'node:timers/promises';
import { ExchangeError, issue, type Link } from '#model';
import {
  certificateChain,
  directoryKey,
  GATEWAY_ALGORITHMS,
  newMessageId,
  newNonce,
  nextKeyDocument,
  onlyAddsPending,
  signedBy,
  signKeyCompromised,
  signKeyDocument,
  signKeyStatement,
  type AnySigner,
  type KeyChange,
  type KeyDocument,
  type SigningAlgorithm,
} from '#trust';
import type { AgreementBook } from '../agreement-book.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { ExchangeStore } from '../ports/exchange-store.port.ts';
import type { KeyContact, KeyDependants, KeyStore, PrivateKeys } from '../ports/key-store.port.ts';
import type { Relays } from '../relays.ts';
import { keysRow } from './key-exchange.ts';
import type { KeyRing } from './key-ring.ts';
import { sendKeys } from './send-keys.ts';

/** Who orders a change, and why. A change that overrides a check needs a reason. */
export interface KeyOrderer {
  readonly actor: string;
  readonly reason?: string | undefined;
}

/** What the operator may order about keys. `kid` is one of ours, for `compromise` also one of a partner. */
export type KeyOrder =
  | { readonly order: 'generate'; readonly alg: SigningAlgorithm }
  | { readonly order: 'publish'; readonly kid: string }
  | { readonly order: 'activate' | 'retire'; readonly kid: string; readonly force?: boolean | undefined }
  | { readonly order: 'compromise'; readonly kid: string; readonly since: Date }
  | { readonly order: 'certificate'; readonly kid: string; readonly pem: string }
  | { readonly order: 'import'; readonly document: unknown };

/** How far one partner is with a key of ours. */
export interface LinkRehearsal {
  readonly link: string;
  readonly partner: string;
  /** The partner answered a question signed with the key, by saying that it verifies with it. */
  readonly passed: boolean;
  readonly askedAt?: Date;
  readonly answeredAt?: Date;
  /** With which of its keys, and how that stands in its document: `published` is its own next key, tested on the way back. */
  readonly answeredWith?: { readonly kid: string; readonly status: string };
  /** The partner's last word, test or not: it verifies with this key. */
  readonly accepts: boolean;
}

export interface Rehearsal {
  readonly kid: string;
  readonly passed: boolean;
  readonly links: readonly LinkRehearsal[];
  /** Messages signed with each key that signs now and will no longer. */
  readonly dependants: readonly (KeyDependants & { readonly kid: string })[];
}

export interface KeyDeskOptions {
  readonly gateway: string;
  readonly book: AgreementBook;
  readonly ring: KeyRing;
  readonly store: KeyStore;
  readonly privateKeys: PrivateKeys;
  readonly exchange: Pick<ExchangeStore, 'commit'>;
  readonly relays: Pick<Relays, 'of'>;
  readonly clock: Clock;
  readonly audit: Pick<AuditLog, 'append'>;
}

/** States of a message of ours that somebody may still have to verify. */
const ON_ITS_WAY = new Set(['ready', 'retrying', 'publishing', 'published', 'unknown', 'missing']);
const CONTACTS = 10_000;

/** The operator's desk for keys: every change of the directory that is not a partner's own goes through here. */
export class KeyDesk {
  readonly #options: KeyDeskOptions;

  constructor(options: KeyDeskOptions) {
    this.#options = options;
  }

  /** Our own party. */
  get gateway(): string {
    return this.#options.gateway;
  }

  /**
   * Carries an order out; the change is durable, in force in this process and on its way to partners when it resolves.
   * Throws KEY_REFUSED, KEY_STEP, NOT_FOUND, KEY_NOT_REHEARSED, KEY_IN_USE, or USAGE for a forced change without a reason.
   */
  async perform(order: KeyOrder, by: KeyOrderer): Promise<KeyDocument> {
    if ('force' in order && order.force && !by.reason)
      throw new ExchangeError('USAGE', { pointer: 'reason', detail: 'A forced change needs a reason.' });
    switch (order.order) {
      case 'generate':
        return this.#generate(order.alg, by);
      case 'import':
        return this.#vouch(order.document, by, 'import');
      case 'certificate':
        return this.#change({ change: 'certificate', kid: order.kid, x5c: certificateChain(order.pem) }, by);
      case 'publish':
        return this.#change({ change: 'publish', kid: order.kid }, by);
      case 'activate':
        return this.#activate(order.kid, order.force === true, by);
      case 'retire':
        return this.#retire(order.kid, order.force === true, by);
      case 'compromise':
        return this.#compromise(order.kid, order.since, by);
    }
  }

  /**
   * Takes in a document that lies in the key folder, if it says more than is known: the first one of ours, later ones of ours
   * that merely add what is not in use yet, and any newer one of a partner. Resolves false when nothing was taken.
   */
  async adopt(document: KeyDocument): Promise<boolean> {
    const { gateway, ring, privateKeys } = this.#options;
    const known = ring.directory.document(document.party);
    if (known && known.version >= document.version) return false;
    const by = { actor: 'key folder' };
    if (document.party !== gateway) return (await this.#vouch(document, by, 'adopt'), true);
    if (known && !onlyAddsPending(known, document)) {
      throw new ExchangeError('KEY_REFUSED', {
        pointer: gateway,
        detail: 'The key folder holds a change of a key in use; order it through the gateway.',
      });
    }
    const first = document.keys.find(({ status }) => status === 'active');
    const signer = known ? ring.current() : first && (await privateKeys.signer(first.kid));
    if (!signer) throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'keys', detail: `No active private key of ${gateway}.` });
    await this.#append(ring.directory.judgeTrusted(document), signer, by, 'adopt');
    return true;
  }

  /** Sends every partner a question signed with a key of ours that is published, and waits for the answers. */
  async rehearse(kid: string | undefined, waitMilliseconds: number, by: KeyOrderer): Promise<Rehearsal> {
    const { gateway, ring, book, store, clock } = this.#options;
    const next = kid ?? this.#newestPublished();
    const signer = next === undefined ? undefined : ring.signerOf(next);
    if (next === undefined || !signer)
      throw new ExchangeError('NOT_FOUND', { pointer: kid ?? 'keys', detail: 'We hold no published key to rehearse.' });
    const now = clock.now();
    const rows = [];
    for (const link of book.links) {
      const ask = newNonce();
      const said = { id: newMessageId(now), from: gateway, to: link.partner, ask };
      const { jws } = await signedBy(signer, (by) => signKeyStatement(said, ring.directory, by, now));
      await store.recordContact({ link: link.id, event: 'asked', kid: next, accepts: [], nonce: ask, at: now });
      rows.push(keysRow(link, said.id, jws, next, now));
    }
    await sendKeys(this.#options, rows);
    await this.#audit('key.rehearse', `key:${next}`, by);
    for (const end = Date.now() + waitMilliseconds; ; await sleep(50)) {
      const rehearsal = await this.rehearsal(next);
      if (rehearsal.passed || Date.now() >= end) return rehearsal;
    }
  }

  /** How the rehearsal of a key stands. */
  async rehearsal(kid: string): Promise<Rehearsal> {
    const { gateway, ring, book, store } = this.#options;
    const contacts = await store.contacts(CONTACTS);
    const links = book.links.map((link) => this.#linkRehearsal(link, kid, contacts));
    const signing = ring.directory.records(gateway).filter((key) => key.status === 'active' && key.kid !== kid);
    const dependants = await Promise.all(
      signing.map(async (key) => (await this.dependants(key.kid)).map((found) => ({ ...found, kid: key.kid }))),
    );
    return { kid, passed: links.every(({ passed }) => passed), links, dependants: dependants.flat() };
  }

  /** Messages that carry a signature of a key, by link and state. */
  dependants(kid: string): Promise<readonly KeyDependants[]> {
    return this.#options.store.dependants(kid);
  }

  #linkRehearsal({ id, partner }: Link, kid: string, contacts: readonly KeyContact[]): LinkRehearsal {
    const here = contacts.filter(({ link }) => link === id);
    const asked = here.filter((contact) => contact.event === 'asked' && contact.kid === kid);
    const heard = here.filter(({ event }) => event === 'heard');
    const nonces = new Set(asked.map(({ nonce }) => nonce));
    const answer = heard.find(({ nonce, accepts }) => nonce !== undefined && nonces.has(nonce) && accepts.includes(kid));
    const record = this.#options.ring.directory.records(partner).find((key) => key.kid === answer?.partnerKid);
    return {
      link: id,
      partner,
      passed: answer !== undefined,
      ...(asked[0] && { askedAt: asked[0].at }),
      ...(answer && { answeredAt: answer.at }),
      ...(record && { answeredWith: { kid: record.kid, status: record.status } }),
      accepts: heard[0]?.accepts.includes(kid) === true,
    };
  }

  async #generate(alg: SigningAlgorithm, by: KeyOrderer): Promise<KeyDocument> {
    if (!GATEWAY_ALGORITHMS.includes(alg)) throw new ExchangeError('USAGE', { pointer: 'alg' });
    const { jwk } = await this.#options.privateKeys.make(alg);
    return this.#change({ change: 'add', key: directoryKey(jwk, { from: this.#options.clock.now(), status: 'pending' }) }, by);
  }

  async #activate(kid: string, force: boolean, by: KeyOrderer): Promise<KeyDocument> {
    if (!this.#options.ring.signerOf(kid))
      throw new ExchangeError('NOT_FOUND', { pointer: kid, detail: 'The private half of this key is not here.' });
    const { links } = await this.rehearsal(kid);
    const missing = links.filter(({ passed }) => !passed);
    if (missing.length > 0 && !force)
      throw new ExchangeError('KEY_NOT_REHEARSED', { issues: missing.map(({ link }) => issue('KEY_NOT_REHEARSED', link)) });
    return this.#change({ change: 'activate', kid }, by);
  }

  async #retire(kid: string, force: boolean, by: KeyOrderer): Promise<KeyDocument> {
    const found = (await this.dependants(kid)).filter((one) => isOnItsWay(one));
    if (found.length > 0 && !force) {
      const issues = found.map(({ link, kind, state, count }) => issue('KEY_IN_USE', link, `${count} ${kind} ${state}.`));
      throw new ExchangeError('KEY_IN_USE', { issues });
    }
    return this.#change({ change: 'retire', kid }, by);
  }

  /** A key of a partner is called compromised by our own word; of ours in our document, with the next key taking over at once. */
  async #compromise(kid: string, since: Date, by: KeyOrderer): Promise<KeyDocument> {
    const { gateway, ring, store, clock } = this.#options;
    const now = clock.now();
    const record = ring.directory.records().find((key) => key.kid === kid);
    if (!record) throw new ExchangeError('NOT_FOUND', { pointer: kid, detail: 'Nobody has this key.' });
    if (since > now) throw new ExchangeError('USAGE', { pointer: 'since', detail: 'It lies in the future.' });
    if (record.party !== gateway) {
      const { party } = record;
      const jws = await signedBy(ring.current(), (by) => signKeyCompromised(party, kid, since, by, now));
      await store.append({ party, version: 0, jws, origin: 'operator', at: now, ...by, reason: by.reason ?? 'compromised' });
      await ring.refreshNow();
      await this.#audit('key.compromise', `key:${kid}`, by);
      return ring.directory.document(party)!;
    }
    const known = ring.directory.document(gateway)!;
    const others = known.keys.filter((key) => key.kid !== kid && ring.signerOf(key.kid) !== undefined);
    const next = others.filter(({ status }) => status === 'published').sort((a, b) => b.from.localeCompare(a.from))[0];
    const signing = others.find(({ status }) => status === 'active');
    const successor = signing ?? next;
    if (!successor)
      throw new ExchangeError('KEY_REFUSED', {
        pointer: kid,
        detail: 'There is no other key to sign with; generate and publish one first.',
      });
    const promoted = signing ? known : nextKeyDocument(gateway, known, { change: 'activate', kid: successor.kid }, now);
    const document = nextKeyDocument(gateway, promoted, { change: 'compromise', kid, since }, now);
    return this.#append({ ...document, version: ring.nextVersion(gateway) }, ring.signerOf(successor.kid)!, by, 'compromise');
  }

  async #vouch(document: unknown, by: KeyOrderer, action: string): Promise<KeyDocument> {
    const { gateway, ring } = this.#options;
    const judged = ring.directory.judgeTrusted(document);
    if (judged.party === gateway)
      throw new ExchangeError('KEY_REFUSED', { pointer: gateway, detail: 'Keys of the gateway itself are made here.' });
    return this.#append(judged, ring.current(), by, action);
  }

  #change(change: KeyChange, by: KeyOrderer): Promise<KeyDocument> {
    const { gateway, ring, clock } = this.#options;
    const next = nextKeyDocument(gateway, ring.directory.document(gateway), change, clock.now());
    return this.#append({ ...next, version: ring.nextVersion(gateway) }, ring.current(), by, change.change);
  }

  async #append(document: KeyDocument, signer: AnySigner, by: KeyOrderer, action: string): Promise<KeyDocument> {
    const { gateway, ring, store, clock } = this.#options;
    const now = clock.now();
    // What nobody would believe must not be kept: it cannot be taken back.
    ring.directory.judgeTrusted(document);
    const jws = await signedBy(signer, (key) => signKeyDocument(document, key, now));
    const { party, version } = document;
    const own = party === gateway;
    const reason = by.reason === undefined ? {} : { reason: by.reason };
    const entry = { party, version, jws, origin: own ? ('own' as const) : ('operator' as const), actor: by.actor, ...reason, at: now };
    if (!(await store.append(entry))) {
      await ring.refreshNow();
      throw new ExchangeError('KEY_STEP', { pointer: party, detail: 'The keys were changed meanwhile.' });
    }
    await ring.refreshNow();
    await this.#audit(`key.${action}`, `party:${party}`, by);
    if (own) await this.#announce(jws, signer.kid, now);
    return document;
  }

  /** Our new document to every partner. One that does not understand it quarantines or ignores it and keeps verifying with what it has. */
  #announce(jws: Buffer, kid: string, now: Date): Promise<void> {
    return sendKeys(
      this.#options,
      this.#options.book.links.map((link) => keysRow(link, newMessageId(now), jws, kid, now)),
    );
  }

  async #audit(action: string, subject: string, { actor, reason }: KeyOrderer): Promise<void> {
    const { audit, clock } = this.#options;
    await audit.append({ actor, action, subject, ...(reason === undefined ? {} : { reason }), at: clock.now() });
  }

  #newestPublished(): string | undefined {
    const { gateway, ring } = this.#options;
    const published = ring.directory.records(gateway).filter(({ status, kid }) => status === 'published' && ring.signerOf(kid));
    return published.sort((a, b) => b.from.localeCompare(a.from))[0]?.kid;
  }
}

/** A receipt or statement needs no answer: once published it is where it should be. */
const isOnItsWay = ({ direction, kind, state }: KeyDependants): boolean =>
  direction === 'out' && ON_ITS_WAY.has(state) && (kind === 'message' || state !== 'published');
