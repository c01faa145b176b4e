import { forge, later, NOW, trustWorld } from '../../../test/support/trust-world.ts';
import {
  bodyKind,
  MAX_JWS,
  MAX_RECEIPTS,
  matchAnswer,
  openAnswer,
  openQuery,
  ownQuery,
  sealAnswer,
  sealQuery,
  sealReceipt,
  verifyReceipt,
  partDigests,
  type Answer,
} from './index.ts';

const { directory, keg, keys, lsw, seal } = trustWorld();
const sealed = seal();
const about = { messageId: sealed.manifest.messageId, manifestDigest: sealed.manifestDigest };
const QUERY_ID = '019ce000-0000-7000-8000-0000000000a1';
const asked = sealQuery({ queryId: QUERY_ID, from: 'LSW', to: 'KEG', about }, lsw, NOW);
const atKeg = { now: NOW, from: 'LSW', to: 'KEG' };
const atLsw = { now: later(5), from: 'KEG', to: 'LSW' };
const stored = sealReceipt(sealed, { levels: ['R1', 'R2'], status: 'valid', issuedAt: NOW }, keg);
const opened = () => {
  const query = openQuery(asked.jws, directory, atKeg);
  if (!query.ok) throw new TypeError(query.reason);
  return query;
};
const answered = (receipts: readonly Buffer[]) => {
  const answer = openAnswer(sealAnswer(opened(), receipts, keg, later(2)), directory, atLsw);
  if (!answer.ok) throw new TypeError(answer.reason);
  return answer;
};
const reasonOf = (result: { ok: boolean; reason?: string }) => (result.ok ? 'accepted' : result.reason);

describe('"do you have it?"', () => {
  it('is asked, answered with the stored receipt, and the receipt inside proves what a receipt on its own proves', () => {
    const { answer, receipts } = answered([stored.jws]);
    expect(answer).toMatchObject({ queryId: QUERY_ID, queryDigest: asked.digest, from: 'KEG', to: 'LSW', about, have: true });
    expect(matchAnswer(answer, asked)).toEqual({ ok: true });
    const sent = { ...about, from: 'LSW', to: 'KEG', jwsDigest: sealed.jwsDigest, parts: partDigests(sealed.manifest) };
    expect(verifyReceipt(receipts[0]!, directory, { ...sent, now: later(5) })).toMatchObject({ ok: true, jwsDigest: stored.jwsDigest });
  });

  it('is answered with a signed no', () => {
    const { answer, receipts } = answered([]);
    expect(answer.have).toBe(false);
    expect(receipts).toEqual([]);
    expect(matchAnswer(answer, asked)).toEqual({ ok: true });
  });

  it('can be read again from the octets we kept', () => {
    expect(ownQuery(asked.jws)).toEqual(asked);
    expect(ownQuery(stored.jws)).toBeUndefined();
  });

  it('keeps the first receipt and the newest where there are too many, or too large ones', () => {
    const many = Array.from({ length: MAX_RECEIPTS + 2 }, (_, i) => Buffer.from(`receipt-${i}`));
    expect(answered(many).answer.receipts).toEqual(['receipt-0', 'receipt-3', 'receipt-4', 'receipt-5']);
    const large = Buffer.alloc(MAX_JWS['lb-receipt+jws'], 'A');
    expect(answered([large, Buffer.from('small'), large]).answer.receipts.map(({ length }) => length)).toEqual([large.length]);
  });

  it('is told from a receipt and a message by what it claims to be, for dispatch only', () => {
    const answer = sealAnswer(opened(), [], keg, NOW);
    expect([sealed.frame, stored.jws, asked.jws, answer].map(bodyKind)).toEqual(['message', 'receipt', 'query', 'answer']);
    for (const nonsense of ['', '.', '..', 'é.é.é', 'bnVsbA.x.y', `${'A'.repeat(5000)}.x.y`])
      expect(bodyKind(Buffer.from(nonsense))).toBe('receipt');
  });
});

describe('a question that is not answered', () => {
  it.each<[string, object, string]>([
    ['by somebody it was not put to', { to: 'HRG' }, 'ADDRESSEE'],
    ['on the link of another partner', { from: 'HRG' }, 'KEY_NOT_OF_PARTY'],
    ['from the far future', { now: later(-301) }, 'ISSUED_IN_FUTURE'],
  ])('%s', (_name, context, reason) => expect(reasonOf(openQuery(asked.jws, directory, { ...atKeg, ...context }))).toBe(reason));

  it('asked in the name of another party', () => {
    const jws = sealQuery({ queryId: QUERY_ID, from: 'HRG', to: 'KEG', about }, lsw, NOW).jws;
    expect(reasonOf(openQuery(jws, directory, atKeg))).toBe('SENDER');
  });

  it('with a member unknown to the profile, or of another type', () => {
    const header = { alg: 'ES256', kid: lsw.kid, typ: 'lb-query+jws', iat: NOW.getTime() / 1000 };
    const extra = forge(header, JSON.stringify({ ...asked.query, urgent: true }), keys.LSW);
    expect(reasonOf(openQuery(extra, directory, atKeg))).toBe('PAYLOAD_MALFORMED');
    const typ = forge({ ...header, typ: 'lb-answer+jws' }, JSON.stringify(asked.query), keys.LSW);
    expect(reasonOf(openQuery(typ, directory, atKeg))).toBe('TYPE_WRONG');
  });
});

describe('an answer that proves nothing', () => {
  const jws = sealAnswer(opened(), [stored.jws], keg, later(2));
  const forged = (change: Partial<Answer>) => {
    const header = { alg: 'Ed25519', kid: keg.kid, typ: 'lb-answer+jws', iat: NOW.getTime() / 1000 };
    return openAnswer(forge(header, JSON.stringify({ ...answered([]).answer, ...change }), keys.KEG), directory, atLsw);
  };

  it('signed by nobody we know, or by another than the one asked', () => {
    const changed = Buffer.from(jws);
    changed[changed.length - 1] = changed.at(-1) === 0x41 ? 0x51 : 0x41;
    expect(openAnswer(changed, directory, atLsw)).toMatchObject({ ok: false, code: 'SIGNATURE_INVALID' });
    expect(reasonOf(openAnswer(jws, directory, { ...atLsw, from: 'HRG' }))).toBe('KEY_NOT_OF_PARTY');
    expect(reasonOf(openAnswer(jws, directory, { ...atLsw, to: 'HRG' }))).toBe('ADDRESSEE');
    expect(reasonOf(openAnswer(asked.jws, directory, atLsw))).toBe('TYPE_WRONG');
  });

  it('says yes without a receipt, or no with one', () => {
    expect(reasonOf(forged({ have: true }))).toBe('PAYLOAD_MALFORMED');
    expect(reasonOf(forged({ receipts: ['x'] }))).toBe('PAYLOAD_MALFORMED');
    expect(reasonOf(forged({ have: true, receipts: Array(MAX_RECEIPTS + 1).fill('x') as string[] }))).toBe('PAYLOAD_MALFORMED');
  });

  it.each<[string, Partial<Answer>]>([
    ['another question', { queryId: '019ce000-0000-7000-8000-0000000000a2' }],
    ['other octets of the question', { queryDigest: about.manifestDigest }],
    ['another message', { about: { ...about, messageId: '019ce000-0000-7000-8000-000000000009' } }],
    ['other content', { about: { ...about, manifestDigest: asked.digest } }],
  ])('about %s', (_name, change) => {
    const { answer } = answered([]);
    expect(matchAnswer({ ...answer, ...change }, asked)).toMatchObject({ ok: false, code: 'ANSWER_INVALID' });
  });

  it('of another party than the one asked', () => {
    const { answer } = answered([]);
    for (const change of [{ from: 'HRG' }, { to: 'HRG' }])
      expect(matchAnswer({ ...answer, ...change }, asked)).toMatchObject({ reason: 'ANSWER_OTHER_QUESTION' });
  });
});
