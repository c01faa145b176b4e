/**
 * Certificates beside keys, for parties whose authority asks for them. Trust comes from the key document; a certificate is
 * carried, checked to be of the key it stands with, and shown.
 */
import { createPublicKey, X509Certificate, type JsonWebKey, type KeyObject } from 'node:crypto';
import { ExchangeError } from '#model';
import type { PublicJwk } from './jwk.ts';
import type { AnySigner, Signer } from './signer.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The `x5c` member (RFC 7517 §4.7) of a PEM file with the certificate of a key first and its issuers after it. Throws KEY_REFUSED. */
export function certificateChain(pem: string): string[] {
  const chain = pem.match(PEM) ?? [];
  if (chain.length === 0) throw new ExchangeError('KEY_REFUSED', { detail: 'The file holds no certificate in PEM.' });
  return chain.map((text) => {
    const certificate = parsed(text);
    if (!certificate) throw new ExchangeError('KEY_REFUSED', { detail: 'A certificate cannot be read.' });
    return certificate.raw.toString('base64');
  });
}

/** True when a chain is not one of this key: unreadable, of another key, or a link of it not issued by the next. */
export function chainFault(x5c: readonly string[], key: KeyObject): boolean {
  const chain = x5c.map((text) => parsed(Buffer.from(text, 'base64')));
  if (chain.some((one) => one === undefined)) return true;
  const [first, ...issuers] = chain as X509Certificate[];
  if (!first?.publicKey.equals(key)) return true;
  return issuers.some(
    (issuer, i) => !(chain[i] as X509Certificate).checkIssued(issuer) || !(chain[i] as X509Certificate).verify(issuer.publicKey),
  );
}

/** What people look at of the first certificate of a chain. */
export function certificateSummary(
  x5c: readonly string[],
): { readonly subject: string; readonly issuer: string; readonly validTo: string } | undefined {
  const certificate = parsed(Buffer.from(x5c[0] ?? '', 'base64'));
  return (
    certificate && {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      validTo: new Date(certificate.validTo).toISOString(),
    }
  );
}

const oneLine = (name: string): string => name.split('\n').join(', ');

function parsed(certificate: string | Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate);
  } catch {
    return undefined;
  }
}

/** Attribute types of a distinguished name (RFC 4519) that requests commonly carry. */
const NAME_TYPES: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SERIALNUMBER: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
};
const SIGNATURES: Readonly<Record<Signer['alg'], string>> = { ES256: '1.2.840.10045.4.3.2', Ed25519: '1.3.101.112' };

/**
 * A certification request (PKCS #10, RFC 2986) in PEM, signed by the signer itself, so that it proves possession and a key outside
 * of this process can ask too. `subject` is a distinguished name as RFC 4514 writes it, for example `CN=LBG, O=Port, C=CN`.
 */
export async function certificationRequest(signer: AnySigner & { readonly jwk: PublicJwk }, subject: string): Promise<string> {
  // Loaded only here: nothing else on the way of a message needs ASN.1.
  const { AlgorithmIdentifier, AttributeTypeAndValue, CertificationRequest, createCMSECDSASignature, PublicKeyInfo } =
    await import('pkijs');
  const { BitString, PrintableString, Sequence, Set: AsnSet, Utf8String } = await import('asn1js');
  const request = new CertificationRequest();
  const names = nameOf(subject).map(([type, value]) => {
    const text =
      type === NAME_TYPES['C'] || type === NAME_TYPES['SERIALNUMBER'] ? new PrintableString({ value }) : new Utf8String({ value });
    return new AsnSet({ value: [new AttributeTypeAndValue({ type, value: text }).toSchema()] });
  });
  // Written here: the library would put all of it into one relative name of several values.
  request.subject.valueBeforeDecode = new Sequence({ value: names }).toBER();
  const spki = createPublicKey({ key: signer.jwk as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'der' });
  request.subjectPublicKeyInfo = PublicKeyInfo.fromBER(exact(spki));
  request.signatureAlgorithm = new AlgorithmIdentifier({ algorithmId: SIGNATURES[signer.alg] });
  const [toBeSigned] = request.toSchema(true).valueBlock.value;
  const signature = exact(await signer.sign(Buffer.from(toBeSigned!.toBER())));
  request.signatureValue = new BitString({ valueHex: signer.alg === 'ES256' ? createCMSECDSASignature(signature) : signature });
  const base64 = Buffer.from(request.toSchema(true).toBER()).toString('base64');
  return `-----BEGIN CERTIFICATE REQUEST-----\n${base64.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** Types and values of a distinguished name; a comma within a value is written `\,`. */
function nameOf(subject: string): [type: string, value: string][] {
  const parts = subject.match(/(?:\\.|[^,\\])+/g) ?? [];
  return parts.map((part) => {
    const [, name = '', value = ''] = /^\s*([A-Za-z]+)\s*=\s*(.*\S)\s*$/.exec(part) ?? [];
    const type = NAME_TYPES[name.toUpperCase()];
    if (type === undefined)
      throw new ExchangeError('USAGE', { pointer: 'subject', detail: 'A distinguished name is written like CN=LBG, O=Port, C=CN.' });
    return [type, value.replace(/\\(.)/g, '$1')];
  });
}

const exact = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer;
