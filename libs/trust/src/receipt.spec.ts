import fc from 'fast-check';
import { issue } from '#model';
import { forge, later, NOW, trustWorld } from '../../../test/support/trust-world.ts';
import {
  generateKey,
  matchReceipt,
  openReceipt,
  MAX_ISSUES,
  partDigests,
  resignMessage,
  sealReceipt,
  verifyReceipt,
  type Receipt,
  type ReceiptFields,
} from './index.ts';
import { PARTS } from '../../../test/support/trust-world.ts';

const { directory, keg, keys, lsw, seal } = trustWorld();
const sealed = seal();
const sent = {
  messageId: sealed.manifest.messageId,
  from: 'LSW',
  to: 'KEG',
  jwsDigest: sealed.jwsDigest,
  parts: partDigests(sealed.manifest),
};
const expected = { ...sent, now: later(5) };
const stored: ReceiptFields = { levels: ['R1', 'R2'], status: 'valid', issuedAt: NOW };
const reasonOf = (result: ReturnType<typeof verifyReceipt>) => (result.ok ? 'accepted' : result.reason);
/** A receipt signed by the right key with other content. */
const forged = (change: (receipt: Receipt) => object, key = keys.KEG, kid = keg.kid) => {
  const { receipt } = sealReceipt(sealed, stored, keg);
  const header = { alg: key === keys.LSW ? 'ES256' : 'Ed25519', kid, typ: 'lb-receipt+jws', iat: NOW.getTime() / 1000 };
  return forge(header, JSON.stringify({ ...receipt, ...change(receipt) }), key);
};

describe('receipt', () => {
  it('attests R1 and R2 at once, R3 apart', () => {
    for (const fields of [
      stored,
      { ...stored, levels: ['R1'], status: 'stored' },
      { ...stored, levels: ['R3'], status: 'released' },
    ] as ReceiptFields[]) {
      const { jws, receipt, jwsDigest } = sealReceipt(sealed, fields, keg);
      expect(verifyReceipt(jws, directory, expected)).toEqual({ ok: true, receipt, kid: keg.kid, jwsDigest });
    }
  });

  it('carries every error with code, pointer, text and business reference', () => {
    const issues = [issue('CHECK_DIGIT', '/a'), { ...issue('FIELD_MISSING', '/Manifest/Head'), reference: 'LYG1' }];
    const { jws } = sealReceipt(sealed, { ...stored, status: 'refused', issues }, keg);
    const verified = verifyReceipt(jws, directory, expected);
    expect(verified.ok && verified.receipt).toMatchObject({
      issueCount: 2,
      issues: [{ code: 'FIELD_MISSING', severity: 'error', pointer: '/Manifest/Head', reference: 'LYG1' }, { code: 'CHECK_DIGIT' }],
    });
  });

  it('counts all issues where the list had to be cut, errors first', () => {
    const issues = [...Array.from({ length: MAX_ISSUES }, () => issue('CHECK_DIGIT', '/w')), issue('FIELD_MISSING', '/e')];
    const { jws } = sealReceipt(sealed, { ...stored, status: 'refused', issues }, keg);
    const verified = verifyReceipt(jws, directory, expected);
    expect(verified.ok && [verified.receipt.issueCount, verified.receipt.issues.length, verified.receipt.issues[0]?.code]).toEqual([
      MAX_ISSUES + 1,
      MAX_ISSUES,
      'FIELD_MISSING',
    ]);
  });

  it.each<[string, ReceiptFields]>([
    ['refused without an error', { ...stored, status: 'refused' }],
    ['valid with an error', { ...stored, issues: [issue('FIELD_MISSING', '/')] }],
    ['R1 that claims validity', { ...stored, levels: ['R1'] }],
    ['R2 together with R3', { ...stored, levels: ['R2', 'R3'], status: 'accepted' }],
    ['an answer below R3', { ...stored, answer: sealed.manifest.messageId }],
  ])('is not issued: %s', (_name, fields) => expect(() => sealReceipt(sealed, fields, keg)).toThrow('The receipt cannot be built.'));

  it('accepts a receipt about any signature the message was sent under', () => {
    const again = resignMessage(sealed, PARTS, lsw, later(1));
    expect(again.manifestDigest).toBe(sealed.manifestDigest);
    expect(again.jwsDigest).not.toBe(sealed.jwsDigest);
    const { jws } = sealReceipt(again, stored, keg);
    expect(reasonOf(verifyReceipt(jws, directory, expected))).toBe('RECEIPT_OTHER_BYTES');
    expect(reasonOf(verifyReceipt(jws, directory, { ...expected, jwsDigest: [sealed.jwsDigest, again.jwsDigest] }))).toBe('accepted');
  });
});

describe('receipt that proves nothing', () => {
  it('about another message', () => {
    const other = seal({ messageId: '019ce000-0000-7000-8000-000000000002' });
    expect(reasonOf(verifyReceipt(sealReceipt(other, stored, keg).jws, directory, expected))).toBe('RECEIPT_OTHER_MESSAGE');
  });
  it('about other octets of the same message', () => {
    const jws = forged(({ about }) => ({ about: { ...about, jwsDigest: sealed.manifestDigest } }));
    expect(verifyReceipt(jws, directory, expected)).toMatchObject({ code: 'RECEIPT_INVALID', reason: 'RECEIPT_OTHER_BYTES' });
  });
  it('with digests swapped between names', () => {
    const jws = forged(({ parts: [a, b] }) => ({
      parts: [
        { ...a, digest: b!.digest },
        { ...b, digest: a!.digest },
      ],
    }));
    expect(reasonOf(verifyReceipt(jws, directory, expected))).toBe('RECEIPT_OTHER_PARTS');
  });
  it('with a part missing, repeated or extra', () => {
    const lists: ((parts: Receipt['parts']) => Receipt['parts'])[] = [
      (p) => p.slice(1),
      (p) => [...p, p[0]!],
      (p) => [p[0]!, p[0]!],
      (p) => [...p, { ...p[0]!, name: 'x' }],
    ];
    for (const list of lists)
      expect(
        reasonOf(
          verifyReceipt(
            forged(({ parts }) => ({ parts: list(parts) })),
            directory,
            expected,
          ),
        ),
      ).toBe('RECEIPT_OTHER_PARTS');
  });
  it('in any other order of parts it still proves the same', () => {
    expect(
      reasonOf(
        verifyReceipt(
          forged(({ parts }) => ({ parts: [...parts].reverse() })),
          directory,
          expected,
        ),
      ),
    ).toBe('accepted');
  });
  it('signed by the sender instead of the addressee', () => {
    expect(
      reasonOf(
        verifyReceipt(
          forged(() => ({ issuer: 'LSW' }), keys.LSW, lsw.kid),
          directory,
          expected,
        ),
      ),
    ).toBe('KEY_NOT_OF_PARTY');
  });
  it('naming an issuer that did not sign, or an addressee that is not the signer', () => {
    expect(
      reasonOf(
        verifyReceipt(
          forged(() => ({ issuer: 'HRG' })),
          directory,
          expected,
        ),
      ),
    ).toBe('RECEIPT_OTHER_PARTIES');
    expect(
      reasonOf(
        verifyReceipt(
          forged(({ about }) => ({ about: { ...about, to: 'HRG' } })),
          directory,
          expected,
        ),
      ),
    ).toBe('RECEIPT_OTHER_PARTIES');
  });
  it('about a message to another party is refused before any message is looked up', () => {
    const jws = forged(({ about }) => ({ about: { ...about, to: 'HRG' } }));
    expect(openReceipt(jws, directory, { now: NOW, issuer: 'KEG' })).toMatchObject({ ok: false, reason: 'RECEIPT_OTHER_PARTIES' });
  });
  it('about a message of another sender', () => {
    expect(
      reasonOf(
        verifyReceipt(
          forged(({ about }) => ({ about: { ...about, from: 'NSW' } })),
          directory,
          expected,
        ),
      ),
    ).toBe('RECEIPT_OTHER_PARTIES');
  });
  it('signed with a key nobody knows', () => {
    expect(
      reasonOf(
        verifyReceipt(
          forged(() => ({}), generateKey('Ed25519')),
          directory,
          expected,
        ),
      ),
    ).toBe('SIGNATURE_WRONG');
  });
  it('with a member unknown to the profile', () => {
    expect(
      reasonOf(
        verifyReceipt(
          forged(() => ({ mood: 'fine' })),
          directory,
          expected,
        ),
      ),
    ).toBe('PAYLOAD_MALFORMED');
  });
  it('from the far future', () => {
    const { jws } = sealReceipt(sealed, { ...stored, issuedAt: later(1000) }, keg);
    expect(verifyReceipt(jws, directory, expected)).toMatchObject({ code: 'CLOCK_SKEW' });
  });

  it('matches exactly the multiset of parts that was sent', () => {
    const { receipt } = sealReceipt(sealed, stored, keg);
    const part = fc.constantFrom(...receipt.parts, { ...receipt.parts[0]!, name: 'other' });
    const key = (parts: readonly object[]) =>
      parts
        .map((entry) => JSON.stringify(entry))
        .sort()
        .join();
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.array(part, { minLength: 1, maxLength: 4 }),
        (attested, remembered) => {
          expect(matchReceipt({ ...receipt, parts: attested }, { ...sent, parts: remembered }).ok).toBe(key(attested) === key(remembered));
        },
      ),
    );
  });
});
