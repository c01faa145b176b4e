/**
 * Two parties with keys and a directory that knows both, for tests of everything signed. LSW signs with ES256, KEG with
 * Ed25519, so that every test walks both algorithms. Time stands still.
 */
import { sign, type KeyObject } from 'node:crypto';
import {
  directoryKey,
  generateKey,
  KeyDirectory,
  LocalSigner,
  PROFILE,
  sealMessage,
  type DirectoryKey,
  type ManifestFields,
  type MessageExpectations,
  type Part,
} from '#trust';

export const NOW = new Date('2026-03-14T09:15:00.000Z');
export const FROM = new Date('2026-01-01T00:00:00.000Z');
export const later = (seconds: number, from = NOW) => new Date(from.getTime() + seconds * 1000);

export const PARTS: readonly Part[] = [
  { name: 'document', mediaType: 'application/xml', charset: 'UTF-8', bytes: Buffer.from('<Manifest>синтетика 合成</Manifest>') },
  { name: 'attachment', mediaType: 'application/octet-stream', bytes: Buffer.from([0, 1, 2, 3, 254, 255]) },
];

export function fields(overrides: Partial<ManifestFields> = {}): ManifestFields {
  return {
    messageId: '019ce000-0000-7000-8000-000000000001',
    conversationId: 'day-at-the-border',
    from: { party: 'LSW' },
    to: { party: 'KEG' },
    messageType: { type: 'cn-manifest/MT1101', version: '1.0' },
    created: NOW.toISOString(),
    notAfter: later(72 * 3600).toISOString(),
    priority: 'B',
    test: false,
    link: { sequence: 1 },
    businessKeys: [{ type: 'bill', value: 'LYG20260314001' }],
    ...overrides,
  };
}

export function trustWorld() {
  const keys = { LSW: generateKey('ES256'), KEG: generateKey('Ed25519') };
  const lsw = new LocalSigner(keys.LSW);
  const keg = new LocalSigner(keys.KEG);
  const directory = new KeyDirectory();
  const publish = (party: string, version: number, listed: readonly DirectoryKey[]) =>
    directory.importTrusted({ profile: PROFILE, party, version, issued: NOW.toISOString(), keys: listed });
  publish('LSW', 1, [directoryKey(lsw.jwk, { from: FROM })]);
  publish('KEG', 1, [directoryKey(keg.jwk, { from: FROM })]);
  const expected: MessageExpectations = { addressee: 'KEG', sender: 'LSW', test: false, now: NOW };
  const seal = (overrides: Partial<ManifestFields> = {}, parts = PARTS) => sealMessage(fields(overrides), parts, lsw, NOW);
  return { keys, lsw, keg, directory, publish, expected, seal };
}

const encoded = (value: string | Buffer) => Buffer.from(value).toString('base64url');

/** A JWS with any header and payload, truly signed: what an attacker with a registered key, or a careless partner, could send. */
export function forge(
  header: string | Record<string, unknown>,
  payload: string | Buffer,
  key: KeyObject,
  encode = { header: encoded, payload: encoded },
): Buffer {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const input = Buffer.from(`${encode.header(text)}.${encode.payload(payload)}`, 'utf8');
  const ec = key.asymmetricKeyType === 'ec';
  const signature = ec ? sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }) : sign(null, input, key);
  return Buffer.concat([input, Buffer.from(`.${signature.toString('base64url')}`)]);
}
