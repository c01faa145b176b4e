/** The document that goes to a partner who expects an XML signature in it: signed after translation, or kept back. */
import { decodeText, declaredXmlEncoding, encodeText } from '#formats';
import type { Link } from '#model';
import { makeCertificate } from '../../../../test/support/certificates.ts';
import type { ForeignTrust } from '../foreign-trust.ts';
import { NO_KEYS } from '../business-keys.ts';
import { countersign } from './countersign.ts';
import type { Onward, Understood } from './understand.ts';

const certificate = makeCertificate('gateway 连云港');
const sign = { keyName: '9000', algorithm: 'rsa-sha256' as const, privateKey: certificate.privateKey };
const trust = new Map([['nsw', { carried: { sign } }]]) as unknown as ForeignTrust;
const text = (charset: string) => `<?xml version="1.0" encoding="${charset}"?><Manifest>连云港 — Қорғас</Manifest>`;
const bytesOf = (charset: string, document = text(charset)): Buffer => {
  const encoded = encodeText(document, charset);
  return 'bytes' in encoded ? encoded.bytes : Buffer.alloc(0);
};
const onward = (link: string, payload: Buffer, more: Partial<Onward> = {}): Onward =>
  ({
    link: { id: link } as Link,
    route: { to: link.toUpperCase() },
    payload,
    mediaType: 'application/xml',
    charset: 'UTF-8',
    ...more,
  }) as Onward;
const understood = (...all: Onward[]): Understood => ({ state: 'routed', issues: [], type: 'MT1101', keys: NO_KEYS, onward: all });

it('signs what goes to that partner, and leaves the others and what is no XML as they are', () => {
  const plain = bytesOf('UTF-8');
  const edifact = onward('nsw', Buffer.from('UNB+…'), { mediaType: 'application/edifact' });
  const { state, onward: out } = countersign(understood(onward('nsw', plain), onward('keg', plain), edifact), trust);
  expect(state).toBe('routed');
  expect(out[0]!.payload.toString()).toMatch(/<Manifest>连云港 — Қорғас<ds:Signature[\s\S]*<ds:KeyName>9000<\/ds:KeyName>/);
  expect(out.slice(1).map(({ payload }) => payload)).toEqual([plain, edifact.payload]);
});

it('keeps the encoding of the link, and makes the same octets when the same is planned again', () => {
  const document = understood(onward('nsw', bytesOf('GB18030'), { charset: 'GB18030' }));
  const [first, second] = [1, 2].map(() => countersign(document, trust).onward[0]!.payload);
  expect(first!.equals(second!)).toBe(true);
  const decoded = decodeText(first!, declaredXmlEncoding(first!));
  expect(decoded).toMatchObject({ charset: expect.stringMatching(/^gb18030$/i) });
  expect('text' in decoded && decoded.text).toContain('连云港 — Қорғас');
});

it('sends nothing unsigned: one document that cannot be signed keeps the whole message back', () => {
  const broken = onward('nsw', Buffer.from([0x3c, 0xff, 0xfe, 0x3e]));
  const found = countersign(understood(onward('keg', bytesOf('UTF-8')), broken), trust);
  expect(found).toMatchObject({ state: 'parked', onward: [], issues: [{ code: 'TRANSLATION_FAILED' }] });
  expect(JSON.stringify(found.issues)).not.toContain('连云港');
});
