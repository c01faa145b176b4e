/**
 * The life of a key as changes of its party's document (LB-PROTO-1 §3): each change is a new version that keeps every key.
 * Pure; who may ask for a change, and when, is decided by whoever keeps the document.
 */
import { ExchangeError } from '#model';
import { KEY_STATUSES, type DirectoryKey, type KeyDocument, type KeyStatus } from './key-directory.ts';
import { PROFILE } from './manifest.ts';

export type KeyChange =
  | { readonly change: 'add'; readonly key: DirectoryKey }
  | { readonly change: 'publish' | 'activate' | 'retire'; readonly kid: string }
  | { readonly change: 'compromise'; readonly kid: string; readonly since: Date }
  | { readonly change: 'certificate'; readonly kid: string; readonly x5c: readonly string[] };

/** From which status each change may start. A key that was never used may be given up at once. */
const FROM: Readonly<Record<'publish' | 'activate' | 'retire' | 'compromise', readonly KeyStatus[]>> = {
  publish: ['pending'],
  activate: ['published'],
  retire: ['pending', 'published', 'retiring'],
  compromise: ['pending', 'published', 'active', 'retiring', 'retired'],
};

/**
 * The next version of a party's document. `activate` takes the keys active so far to `retiring` in the same version, so that
 * there is no moment without a key to sign with and none in which the old signatures are refused. Throws KEY_STEP where
 * the life of the key does not allow the change, NOT_FOUND for a key that is not listed.
 */
export function nextKeyDocument(party: string, known: KeyDocument | undefined, change: KeyChange, now: Date): KeyDocument {
  const before = known?.keys ?? [];
  const keys = change.change === 'add' ? [...before, unlisted(before, change.key)] : changed(before, change, now);
  return { profile: PROFILE, party, version: (known?.version ?? 0) + 1, issued: now.toISOString(), keys };
}

/** A document in which nothing was taken back and only keys not yet in use, or certificates, came in. */
export function onlyAddsPending(known: KeyDocument, next: KeyDocument): boolean {
  const before = new Map(known.keys.map(({ kid, status }) => [kid, status]));
  const kept = known.keys.every(({ kid }) => next.keys.some((key) => key.kid === kid));
  return kept && next.keys.every(({ kid, status }) => (before.get(kid) ?? 'pending') === status);
}

function unlisted(before: readonly DirectoryKey[], key: DirectoryKey): DirectoryKey {
  if (before.some(({ kid }) => kid === key.kid)) throw new ExchangeError('KEY_STEP', { detail: 'It is listed already.' });
  return key;
}

function changed(before: readonly DirectoryKey[], change: Exclude<KeyChange, { change: 'add' }>, now: Date): DirectoryKey[] {
  const { kid } = change;
  const key = before.find((one) => one.kid === kid);
  if (!key) throw new ExchangeError('NOT_FOUND', { pointer: kid, detail: 'The party has no such key.' });
  if (change.change === 'certificate') return before.map((one) => (one.kid === kid ? { ...one, x5c: [...change.x5c] } : one));
  if (!FROM[change.change].includes(key.status)) {
    throw new ExchangeError('KEY_STEP', {
      pointer: kid,
      detail: `It is ${key.status}; ${change.change} follows ${FROM[change.change].join(', ')}.`,
    });
  }
  return before.map((one) => (one.kid === kid ? moved(one, change, now) : change.change === 'activate' ? retiring(one) : one));
}

const retiring = (key: DirectoryKey): DirectoryKey => (key.status === 'active' ? { ...key, status: 'retiring' } : key);

function moved(key: DirectoryKey, change: Exclude<KeyChange, { change: 'add' | 'certificate' }>, now: Date): DirectoryKey {
  switch (change.change) {
    case 'publish':
      return { ...key, status: 'published' };
    case 'activate':
      return { ...key, status: 'active', from: key.from > now.toISOString() ? now.toISOString() : key.from };
    case 'retire':
      return { ...key, status: 'retired' };
    case 'compromise':
      return { ...key, status: 'compromised', compromisedSince: change.since.toISOString() };
  }
}

/** Whether a status has gone this far. */
export const hasReached = (status: KeyStatus, stage: KeyStatus): boolean => KEY_STATUSES.indexOf(status) >= KEY_STATUSES.indexOf(stage);
