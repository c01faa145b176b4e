import fc from 'fast-check';
import { NOW, trustWorld } from '../../../test/support/trust-world.ts';
import { bodyKind, decodeFrame, encodeFrame, MAX_PARTS, sealReceipt, verifyMessage } from './index.ts';

const { directory, expected, keg, seal } = trustWorld();
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

describe('frame', () => {
  it('gives back what was framed, octet for octet', () => {
    const parts = fc.array(fc.record({ name, bytes: bytes(300) }), { maxLength: MAX_PARTS });
    fc.assert(
      fc.property(bytes(500), parts, (jws, framed) => {
        const body = encodeFrame({ jws, parts: framed });
        expect(decodeFrame(body)).toEqual({ ok: true, jws, parts: framed });
      }),
    );
  });

  it('has one spelling: what decodes is what would be encoded', () => {
    const body = seal().frame;
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.nat(255), (at, octet) => {
        const changed = Buffer.from(body);
        changed[at] = octet;
        const decoded = decodeFrame(changed);
        if (decoded.ok) expect(encodeFrame(decoded).equals(changed)).toBe(true);
      }),
    );
  });

  it('never throws on arbitrary octets', () => {
    const head = seal().frame.subarray(0, 40);
    fc.assert(fc.property(bytes(200), (tail) => typeof decodeFrame(Buffer.concat([head, tail])).ok === 'boolean'));
    fc.assert(fc.property(bytes(200), (body) => !decodeFrame(body).ok));
  });

  it('refuses every truncation and every octet too many', () => {
    const body = seal().frame;
    for (let length = 0; length < body.length; length++) expect(decodeFrame(body.subarray(0, length)).ok).toBe(false);
    expect(decodeFrame(Buffer.concat([body, Buffer.alloc(1)]))).toMatchObject({ code: 'FRAME_MALFORMED' });
  });

  it('tells a framed message from a receipt by its first octets', () => {
    const sealed = seal();
    expect(bodyKind(sealed.frame)).toBe('message');
    expect(bodyKind(sealReceipt(sealed, { levels: ['R1'], status: 'stored', issuedAt: NOW }, keg).jws)).toBe('receipt');
  });
});

describe('mutation of a framed message', () => {
  const body = seal().frame;
  it('is verified as it stands', () => expect(verifyMessage(body, directory, expected).ok).toBe(true));

  it('refuses every single-octet change: each octet with one bit flipped, with all bits flipped, and set to a letter', () => {
    const accepted: number[] = [];
    for (let at = 0; at < body.length; at++) {
      for (const change of [(octet: number) => octet ^ 1, (octet: number) => octet ^ 0xff, () => 0x41]) {
        const changed = Buffer.from(body);
        changed[at] = change(changed[at]!);
        if (!changed.equals(body) && verifyMessage(changed, directory, expected).ok) accepted.push(at);
      }
    }
    expect(accepted).toEqual([]);
  });

  it('refuses octets inserted, removed or exchanged anywhere', () => {
    fc.assert(
      fc.property(fc.nat(body.length - 2), fc.nat(255), (at, octet) => {
        const inserted = Buffer.concat([body.subarray(0, at), Buffer.from([octet]), body.subarray(at)]);
        const removed = Buffer.concat([body.subarray(0, at), body.subarray(at + 1)]);
        const exchanged = Buffer.from(body);
        exchanged.set([body[at + 1]!, body[at]!], at);
        for (const changed of [inserted, removed, exchanged]) {
          if (!changed.equals(body)) expect(verifyMessage(changed, directory, expected).ok).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});
