/** XML signatures as the national envelope carries them: made with real certificates, then attacked. */
import { createHash, sign } from 'node:crypto';
import { declaredXmlEncoding, decodeText, encodeText, readXml } from '#formats';
import { makeCertificate } from '../../../test/support/certificates.ts';
import {
  readForeignCertificate,
  signXml,
  verifyXmlSignature,
  type LegacyAllowance,
  type XmlSigningAlgorithm,
  type XmlTrust,
} from './index.ts';

const partner = makeCertificate('synthetic 国家口岸 partner');
const stranger = makeCertificate('stranger');
const short = makeCertificate('short', 'rsa:2048');
const NAME = '03000000000123';
const certificates = new Map([
  [NAME, readForeignCertificate(NAME, partner.pem)],
  ['short', readForeignCertificate('short', short.pem)],
]);
const LIMITS = { nodes: 500, depth: 20 };
const trust = (legacy: LegacyAllowance[] = [], at = new Date()): XmlTrust => ({
  read: (text) => readXml(Buffer.from(text), { limits: LIMITS }).documents[0],
  certificate: (name) => certificates.get(name),
  legacy: new Set(legacy),
  at,
});

const DATA = Buffer.from('<Manifest>连云港 合成舱单 — Қорғас, Хоргос</Manifest>').toString('base64');
const DOCUMENT = `<?xml version="1.0" encoding="UTF-8"?>
<dxp:DxpMsg xmlns:dxp="http://www.chinaport.gov.cn/dxp" ver="1.0">
  <dxp:TransInfo>
    <dxp:CopMsgId>测试-0001 &amp; Ünïcode</dxp:CopMsgId>
    <dxp:SenderId>DXPESW0000000001</dxp:SenderId>
  </dxp:TransInfo>
  <dxp:Data>${DATA}</dxp:Data>
</dxp:DxpMsg>`;
const signed = (document = DOCUMENT, key = partner.privateKey, keyName = NAME, algorithm: XmlSigningAlgorithm = 'rsa-sha256') =>
  signXml(document, { keyName, algorithm, privateKey: key });
const original = signed();
/** As the exchange does it: our reader first, from the bytes, and only what it took is judged. */
const verify = (document: string | Buffer, given = trust()) => {
  const bytes = Buffer.from(document);
  const root = readXml(bytes, { limits: LIMITS }).documents[0];
  const decoded = decodeText(bytes, declaredXmlEncoding(bytes));
  return root && 'text' in decoded
    ? verifyXmlSignature({ text: decoded.text, root }, given)
    : { ok: false as const, reason: 'UNREADABLE' as const };
};
const judge = (document: string | Buffer, given = trust()) => {
  const verdict = verify(document, given);
  return verdict.ok ? 'valid' : verdict.reason;
};
const SIGNATURE = /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(original)![0];

describe('a signature as agreed', () => {
  test('is valid, and names certificate, algorithm and what proves it later', () => {
    const verdict = verify(original);
    expect(verdict).toMatchObject({ ok: true, keyName: NAME, algorithm: 'rsa-sha256', legacy: [] });
    expect(verdict.ok && verdict.certificateDigest).toBe(certificates.get(NAME)!.digest);
    expect(verdict.ok && verdict.signature).toContain('<ds:SignatureValue>');
  });

  test('signing changes nothing else, and the same document is signed the same twice', () => {
    expect(original.replace(SIGNATURE, '')).toBe(DOCUMENT);
    expect(signed()).toBe(original);
  });

  test('SHA-512 too, with layout and other prefixes', () => {
    expect(judge(signed(DOCUMENT, partner.privateKey, NAME, 'rsa-sha512'))).toBe('valid');
    expect(judge(signed('<a xmlns:x="urn:x" x:b="1"><x:c> 中 </x:c><d/></a>'))).toBe('valid');
  });

  test('in GB 18030: the one decision about encodings is ours, the digest is over UTF-8', () => {
    const text = original.replace('encoding="UTF-8"', 'encoding="GB18030"');
    const encoded = encodeText(text, 'gb18030');
    const bytes = 'bytes' in encoded ? encoded.bytes : Buffer.alloc(0);
    expect(bytes.includes('测试')).toBe(false);
    expect(judge(bytes)).toBe('valid');
  });

  test('survives the line ends of another system', () => expect(judge(original.replaceAll('\n', '\r\n'))).toBe('valid'));
});

describe('tampering', () => {
  test.each([
    ['content', (text: string) => text.replace('测试-0001', '测试-0002')],
    ['one letter of the data', (text: string) => text.replace(DATA, DATA.replace('a', 'b'))],
    ['an attribute', (text: string) => text.replace('ver="1.0"', 'ver="1.1"')],
    ['an element added', (text: string) => text.replace('</dxp:TransInfo>', '<dxp:X/></dxp:TransInfo>')],
    ['the signature value', (text: string) => text.replace(/<ds:SignatureValue>..../, '<ds:SignatureValue>AAAA')],
    ['the digest value', (text: string) => text.replace(/<ds:DigestValue>..../, '<ds:DigestValue>AAAA')],
  ])('%s changed', (_, change) => {
    expect(change(original)).not.toBe(original);
    expect(judge(change(original))).toBe('VALUE_WRONG');
  });

  test('one octet anywhere: nothing that differs in content is valid', () => {
    const read = (text: string) => JSON.stringify(trust().read(text), (_, value) => (value instanceof Map ? [...value] : value));
    for (let at = 0; at < original.length; at += 7) {
      const changed = original.slice(0, at) + String.fromCharCode(original.charCodeAt(at) ^ 1) + original.slice(at + 1);
      if (judge(changed) === 'valid') expect(strip(read(changed))).toBe(strip(read(original)));
    }
  });
  /** Line numbers and the layout of base64 are no content. */
  const strip = (json: string) => json.replace(/"position":\d+/g, '').replace(/\\n/g, '');

  test('a stranger signs under the registered name', () => expect(judge(signed(DOCUMENT, stranger.privateKey))).toBe('VALUE_WRONG'));
  test('a name nobody registered', () => expect(judge(signed(DOCUMENT, stranger.privateKey, 'other'))).toBe('CERTIFICATE_UNKNOWN'));
  test('no signature at all', () => expect(judge(DOCUMENT)).toBe('SIGNATURE_ABSENT'));
});

describe('wrapping', () => {
  const root = /<dxp:DxpMsg[\s\S]*/.exec(original)![0];
  test.each([
    [
      'the signed document under another root',
      `<dxp:DxpMsg xmlns:dxp="http://www.chinaport.gov.cn/dxp" ver="1.0"><dxp:Data>evil</dxp:Data>${root}</dxp:DxpMsg>`,
      'SIGNATURE_MISPLACED',
    ],
    [
      'the signature deeper',
      original.replace(SIGNATURE, '').replace('</dxp:TransInfo>', `${SIGNATURE}</dxp:TransInfo>`),
      'SIGNATURE_MISPLACED',
    ],
    ['two signatures', original.replace(SIGNATURE, SIGNATURE + SIGNATURE), 'SIGNATURE_REPEATED'],
    [
      'a second SignedInfo',
      original.replace('<ds:SignatureValue>', `${/<ds:SignedInfo>[\s\S]*<\/ds:SignedInfo>/.exec(original)![0]}<ds:SignatureValue>`),
      'SIGNATURE_REPEATED',
    ],
    ['a reference by id', original.replace('URI=""', 'URI="#evil"').replace('ver="1.0"', 'ver="1.0" Id="evil"'), 'SIGNATURE_SHAPE'],
    ['an external reference', original.replace('URI=""', 'URI="http://127.0.0.1/x"'), 'SIGNATURE_SHAPE'],
    ['no URI', original.replace(' URI=""', ''), 'SIGNATURE_SHAPE'],
    ['two references', original.replace(/<ds:Reference[\s\S]*<\/ds:Reference>/, (reference) => reference + reference), 'SIGNATURE_SHAPE'],
    ['an Object beside', original.replace('</ds:Signature>', '<ds:Object>x</ds:Object></ds:Signature>'), 'SIGNATURE_SHAPE'],
    ['a key in KeyInfo', original.replace('</ds:KeyName>', '</ds:KeyName><ds:KeyValue/>'), 'SIGNATURE_SHAPE'],
    ['a certificate in KeyInfo', original.replace('</ds:KeyName>', '</ds:KeyName><ds:X509Data/>'), 'SIGNATURE_SHAPE'],
    [
      'an XPath transform',
      original.replace(/<ds:Transform Algorithm="[^"]*"\/>/, '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>'),
      'TRANSFORM_REFUSED',
    ],
    ['no enveloped transform', original.replace('xmldsig#enveloped-signature', 'xmldsig#other'), 'TRANSFORM_REFUSED'],
  ])('%s', (_, text, reason) => {
    expect(text).not.toBe(original);
    expect(judge(text)).toBe(reason);
  });
});

describe('algorithms', () => {
  const legacy = signed(DOCUMENT, partner.privateKey, NAME, 'rsa-sha1');
  test('SHA-1 only under the switch, and then it says so', () => {
    expect(judge(legacy)).toBe('ALGORITHM_LEGACY');
    expect(verify(legacy, trust(['sha1']))).toMatchObject({ ok: true, algorithm: 'rsa-sha1', legacy: ['sha1'] });
  });
  test('2,048 bits only under the switch', () => {
    const text = signed(DOCUMENT, short.privateKey, 'short');
    expect(judge(text)).toBe('CERTIFICATE_KEY_WEAK');
    expect(verify(text, trust(['rsa-2048']))).toMatchObject({ ok: true, legacy: ['rsa-2048'] });
  });
  test.each(['http://www.w3.org/2000/09/xmldsig#hmac-sha1', 'http://www.w3.org/2001/04/xmldsig-more#rsa-md5', 'urn:none'])(
    '%s never',
    (uri) => {
      const text = original.replace('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', uri);
      expect(judge(text, trust(['sha1', 'rsa-2048', 'rsa-1024']))).toBe('ALGORITHM_REFUSED');
    },
  );
  test('MD5 digests never', () => {
    const text = original.replace('http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmldsig-more#md5');
    expect(judge(text, trust(['sha1']))).toBe('ALGORITHM_REFUSED');
  });
  test('a certificate has its time', () => {
    const day = 86_400_000;
    expect(judge(original, trust([], new Date(Date.now() - day)))).toBe('CERTIFICATE_NOT_YET_VALID');
    expect(judge(original, trust([], new Date(Date.now() + 40 * day)))).toBe('CERTIFICATE_EXPIRED');
    const revoked = { ...trust(), certificate: () => readForeignCertificate(NAME, partner.pem, new Date(0)) };
    expect(judge(original, revoked)).toBe('CERTIFICATE_REVOKED');
  });
  test('an elliptic key does not fit an RSA algorithm', () => {
    const elliptic = makeCertificate('elliptic', 'ec');
    const given = { ...trust(), certificate: () => readForeignCertificate(NAME, elliptic.pem) };
    expect(judge(original, given)).toBe('CERTIFICATE_KEY_TYPE');
  });
});

describe('comments, entities and what parsers may see differently', () => {
  test('a comment in a value neither hides nor cuts anything: the digest covers the text on both sides', () => {
    const cut = original.replace('测试-0001', '测试-<!-- x -->0001');
    const verdict = verify(cut);
    expect(verdict.ok).toBe(true);
    expect(trust().read(cut)!.children[0]!.children[0]!.text).toBe('测试-0001 & Ünïcode');
  });
  test('a comment in the digest value (CVE-2025-29775) does not make another document valid', () => {
    const evil = original.replace('测试-0001', '测试-0002');
    const c14n = signedOctets(evil);
    const forged = evil.replace(/<ds:DigestValue>/, `<ds:DigestValue><!--${createHash('sha256').update(c14n).digest('base64')}-->`);
    expect(judge(forged)).toBe('VALUE_WRONG');
  });
  /** A near guess of the canonical form is enough: it must be refused whatever stands in the comment. */
  const signedOctets = (text: string) => text.replace(SIGNATURE, '').replace(/<\?xml[^>]*\?>\n/, '');
  test.each([
    ['a DOCTYPE', original.replace('?>\n', '?>\n<!DOCTYPE x [<!ENTITY e "evil">]>\n')],
    ['an entity nobody declared', original.replace('测试-0001', '&evil;')],
    ['a document that does not end', original.slice(0, -5)],
    ['no XML', '{"a":1}'],
    ['far too deep', '<a>'.repeat(10_000)],
  ])('%s is not read at all', (_, text) => expect(judge(text)).toBe('UNREADABLE'));
  test('CDATA and character references are the same text', () => {
    expect(judge(original.replace('测试-0001 &amp;', '&#27979;试-0001 <![CDATA[&]]>'))).toBe('valid');
  });
  test('a signature over other octets under a truthful SignedInfo is refused', () => {
    const value = sign('sha256', Buffer.from('other'), partner.privateKey).toString('base64');
    expect(judge(original.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${value}`))).toBe('VALUE_WRONG');
  });
});

test('certificates with unsound keys are not registered', () => {
  expect(() => readForeignCertificate('x', 'not a certificate')).toThrow(expect.objectContaining({ code: 'KEY_REFUSED' }));
});
