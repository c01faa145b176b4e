/**
 * Enveloped XML signatures (XML Signature 1.1, W3C 2013) of partners that cannot sign our way, and ours to them. One shape
 * is accepted, the one the national envelope has: one Signature, a child of the root, one Reference to the whole document
 * (`URI=""`), KeyInfo with a KeyName and nothing else. Believed is what the signature covers: the canonical octets it
 * digested are read again by our own reader and must give the tree that was read from the document, less the Signature.
 * So it does not matter where two XML parsers differ, and nothing can be wrapped around or beside what was signed.
 *
 * xml-crypto canonicalises and checks the value; it is told the algorithms and the key, and chooses neither. Whoever calls
 * has put the limits of our reader (no DOCTYPE, bounded depth, text and elements) in front: the tree is its work.
 */
import { createHash, type KeyObject } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { certificateFault, type ForeignCertificate, type LegacyAllowance } from './foreign-certificate.ts';

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const ENVELOPED = `${DSIG}enveloped-signature`;
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const CANONICAL = new Set([C14N, 'http://www.w3.org/2001/10/xml-exc-c14n#']);
/** Digest methods by URI, with the name node:crypto has for each; MD5 and HMAC have no row on purpose. */
const DIGESTS = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
  [`${DSIG}sha1`, 'sha1'],
]);
/** Signature methods by URI: the short name records and configuration use, and the digest inside. */
const METHODS = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { name: 'rsa-sha256', digest: 'sha256' }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { name: 'rsa-sha512', digest: 'sha512' }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', { name: 'rsa-pss-sha256', digest: 'sha256' }],
  [`${DSIG}rsa-sha1`, { name: 'rsa-sha1', digest: 'sha1' }],
]);
export const XML_SIGNING_ALGORITHMS = ['rsa-sha256', 'rsa-sha512', 'rsa-sha1'] as const;
export type XmlSigningAlgorithm = (typeof XML_SIGNING_ALGORITHMS)[number];

/** An element as our own reader gives it (`DocumentNode` of the formats room has this shape). */
export interface XmlElement {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly attributes?: ReadonlyMap<string, string> | undefined;
  readonly text?: string | undefined;
  readonly children: readonly XmlElement[];
}

export const XML_SIGNATURE_FAULTS = {
  SIGNATURE_ABSENT: 'the document carries no signature',
  SIGNATURE_REPEATED: 'the document carries more than one signature',
  SIGNATURE_MISPLACED: 'the signature is not a child of the root element',
  SIGNATURE_SHAPE: 'the signature has other parts than one reference to the whole document and a key name',
  TRANSFORM_REFUSED: 'a transform or canonicalisation other than the agreed ones',
  ALGORITHM_REFUSED: 'a signature or digest algorithm that is never accepted',
  ALGORITHM_LEGACY: 'SHA-1 without a legacy allowance of the link in force',
  CERTIFICATE_UNKNOWN: 'no certificate is agreed on this link under the key name',
  CERTIFICATE_NOT_YET_VALID: 'the certificate is not valid yet',
  CERTIFICATE_EXPIRED: 'the certificate is no longer valid',
  CERTIFICATE_REVOKED: 'the certificate is revoked',
  CERTIFICATE_KEY_WEAK: 'the key of the certificate is too short without a legacy allowance of the link',
  CERTIFICATE_KEY_TYPE: 'the key of the certificate does not fit the algorithm',
  VALUE_WRONG: 'digest or signature value do not verify',
  CONTENT_DIFFERS: 'what was signed reads differently from the document',
  UNREADABLE: 'the document cannot be read within the limits',
} as const;
export type XmlSignatureFault = keyof typeof XML_SIGNATURE_FAULTS;

export interface XmlTrust {
  /** Our strict reader with its limits, for the canonical text that was digested; undefined where it refuses. */
  readonly read: (text: string) => XmlElement | undefined;
  /** The certificate agreed under this name, whatever its state. */
  readonly certificate: (keyName: string) => ForeignCertificate | undefined;
  /** Allowances of the link that are in force at `at`. */
  readonly legacy: ReadonlySet<LegacyAllowance>;
  readonly at: Date;
}

interface SignatureFacts {
  readonly keyName?: string;
  /** Short name, for example `rsa-sha256`; the URI where it is not one of ours. */
  readonly algorithm?: string;
  readonly certificateDigest?: string;
}
export type XmlSignatureVerdict =
  | ({
      readonly ok: true;
      /** Allowances without which it would have been refused. */
      readonly legacy: readonly LegacyAllowance[];
      /** The Signature element as it stood: with the digest of the document the proof that outlives the document. */
      readonly signature: string;
    } & Required<SignatureFacts>)
  | ({ readonly ok: false; readonly reason: XmlSignatureFault } & SignatureFacts);

interface Form {
  readonly element: XmlElement;
  readonly method: string;
  readonly digestMethod: string;
  readonly digest: string;
  readonly transforms: readonly string[];
  readonly canonicalization: string;
  readonly keyName: string;
}

/**
 * Judges the one enveloped signature of a document, given as its text and the tree our reader made of its bytes. Pure, never
 * throws for bad input.
 */
export function verifyXmlSignature({ text, root }: { text: string; root: XmlElement }, trust: XmlTrust): XmlSignatureVerdict {
  const form = formOf(root);
  if (typeof form === 'string') return { ok: false, reason: form };
  const method = METHODS.get(form.method);
  const facts: SignatureFacts = { keyName: form.keyName, algorithm: method?.name ?? form.method.slice(0, 200) };
  const fault = (reason: XmlSignatureFault): XmlSignatureVerdict => ({ ok: false, reason, ...facts });
  const digest = DIGESTS.get(form.digestMethod);
  if (!method || !digest) return fault('ALGORITHM_REFUSED');
  if (![form.canonicalization, ...form.transforms.slice(1)].every((uri) => CANONICAL.has(uri)) || form.transforms[0] !== ENVELOPED)
    return fault('TRANSFORM_REFUSED');
  const certificate = trust.certificate(form.keyName);
  if (!certificate) return fault('CERTIFICATE_UNKNOWN');
  const known = { ...facts, certificateDigest: certificate.digest } as Required<SignatureFacts>;
  const sha1 = method.digest === 'sha1' || digest === 'sha1';
  if (sha1 && !trust.legacy.has('sha1')) return { ok: false, reason: 'ALGORITHM_LEGACY', ...known };
  const unusable = certificateFault(certificate, trust.at, trust.legacy);
  if (unusable) return { ok: false, reason: unusable, ...known };
  if (certificate.key?.asymmetricKeyType !== 'rsa') return { ok: false, reason: 'CERTIFICATE_KEY_TYPE', ...known };
  const checked = check(text, form, certificate.key);
  if (!checked || digestOf(digest, checked.covered) !== form.digest) return { ok: false, reason: 'VALUE_WRONG', ...known };
  const covered = trust.read(checked.covered);
  if (!covered || !sameTree(covered, without(root, form.element))) return { ok: false, reason: 'CONTENT_DIFFERS', ...known };
  const weak = (certificate.rsaBits ?? 0) < 2048 ? 'rsa-1024' : 'rsa-2048';
  const legacy: LegacyAllowance[] = [
    ...(sha1 ? ['sha1' as const] : []),
    ...((certificate.rsaBits ?? 0) < 3072 ? [weak as LegacyAllowance] : []),
  ];
  return { ok: true, legacy, signature: checked.signature, ...known };
}

/** Value and reference digest by xml-crypto, held to the algorithms our own reader saw. */
function check(text: string, form: Form, key: KeyObject): { covered: string; signature: string } | undefined {
  const verifier = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  only(verifier.SignatureAlgorithms, [form.method]);
  only(verifier.HashAlgorithms, [form.digestMethod]);
  only(verifier.CanonicalizationAlgorithms, [ENVELOPED, ...CANONICAL]);
  try {
    const [node, ...others] = verifier.findSignatures(new DOMParser().parseFromString(text, 'text/xml'));
    if (!node || others.length > 0) return undefined;
    verifier.loadSignature(node);
    if (!verifier.checkSignature(text)) return undefined;
    const [covered, ...more] = verifier.getSignedReferences();
    return covered === undefined || more.length > 0 ? undefined : { covered, signature: String(node) };
  } catch {
    // The words of the library quote the document.
    return undefined;
  }
}

function only(table: Record<string, unknown>, allowed: readonly string[]): void {
  for (const name of Object.keys(table)) if (!allowed.includes(name)) Reflect.deleteProperty(table, name);
}

const digestOf = (name: string, covered: string): string => createHash(name).update(covered, 'utf8').digest('base64');

/** The signature as our reader sees it, if it has the one accepted shape. */
function formOf(root: XmlElement): Form | XmlSignatureFault {
  const found = named(root, (node) => node.name === 'Signature' && node.namespace === DSIG);
  const [element] = found;
  if (!element) return 'SIGNATURE_ABSENT';
  if (found.length > 1 || named(root, ({ name }) => name === 'SignedInfo').length > 1) return 'SIGNATURE_REPEATED';
  if (!root.children.includes(element)) return 'SIGNATURE_MISPLACED';
  return shapeOf(element) ?? 'SIGNATURE_SHAPE';
}

function shapeOf(element: XmlElement): Form | undefined {
  const [info, value, keyInfo] = parts(element, ['SignedInfo', 'SignatureValue', 'KeyInfo']) ?? [];
  const [canonicalization, method, reference] = (info && parts(info, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'])) ?? [];
  const [transforms, digestMethod, digestValue] = (reference && parts(reference, ['Transforms', 'DigestMethod', 'DigestValue'])) ?? [];
  const [keyName] = (keyInfo && parts(keyInfo, ['KeyName'])) ?? [];
  if (!canonicalization || !method || !reference || !transforms || !digestMethod || !digestValue || !keyName || !value) return undefined;
  if (reference.attributes?.size !== 1 || reference.attributes.get('URI') !== '') return undefined;
  const steps = transforms.children.map(algorithmOf);
  const [canonicalizationUri, methodUri, digestUri] = [canonicalization, method, digestMethod].map(algorithmOf);
  const names = transforms.children.every(({ name, namespace }) => name === 'Transform' && namespace === DSIG);
  if (!names || steps.length < 1 || steps.length > 2 || transforms.text !== undefined) return undefined;
  if (!canonicalizationUri || !methodUri || !digestUri || steps.some((step) => step === undefined)) return undefined;
  const leaves = [value, digestValue, keyName];
  if (leaves.some((leaf) => leaf.children.length > 0 || (leaf.attributes?.size ?? 0) > 0 || !leaf.text)) return undefined;
  return {
    element,
    method: methodUri,
    digestMethod: digestUri,
    digest: (digestValue.text ?? '').replace(/[\t\n\r ]+/g, ''),
    transforms: steps as string[],
    canonicalization: canonicalizationUri,
    keyName: (keyName.text ?? '').trim(),
  };
}

/** The children, if they are exactly these and nothing stands between them. */
function parts(node: XmlElement, names: readonly string[]): readonly XmlElement[] | undefined {
  const { children } = node;
  const exact = children.length === names.length && children.every(({ name, namespace }, at) => name === names[at] && namespace === DSIG);
  return exact && node.text === undefined ? children : undefined;
}

/** Of an element that has an Algorithm and nothing else: no prefix lists, no XPath, no HMAC length. */
function algorithmOf(node: XmlElement): string | undefined {
  const bare = node.children.length === 0 && node.text === undefined && node.attributes?.size === 1;
  return bare ? node.attributes.get('Algorithm') : undefined;
}

function named(node: XmlElement, wanted: (node: XmlElement) => boolean): XmlElement[] {
  return [...(wanted(node) ? [node] : []), ...node.children.flatMap((child) => named(child, wanted))];
}

const without = (root: XmlElement, removed: XmlElement): XmlElement => ({
  ...root,
  children: root.children.filter((child) => child !== removed),
});

/** Whether two trees say the same: names, namespaces, attributes, text and order. */
function sameTree(a: XmlElement, b: XmlElement): boolean {
  return (
    a.name === b.name &&
    a.namespace === b.namespace &&
    (a.text ?? '') === (b.text ?? '') &&
    sameAttributes(a, b) &&
    a.children.length === b.children.length &&
    a.children.every((child, at) => sameTree(child, b.children[at] as XmlElement))
  );
}

const NONE: ReadonlyMap<string, string> = new Map();

function sameAttributes({ attributes: a = NONE }: XmlElement, { attributes: b = NONE }: XmlElement): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}

/** A key of ours for XML signatures, under the certificate number its receiver knows it by. */
export interface XmlSigner {
  readonly keyName: string;
  readonly algorithm: XmlSigningAlgorithm;
  readonly privateKey: KeyObject;
}

/**
 * Signs a document in the same shape: the Signature becomes the last child of the root. Deterministic (RSASSA-PKCS1-v1_5),
 * so that planning a batch twice makes the same message. The text must be well-formed and unsigned.
 */
export function signXml(text: string, { keyName, algorithm, privateKey }: XmlSigner): string {
  const [method] = [...METHODS].find(([, row]) => row.name === algorithm) as [string, { digest: string }];
  const digestName = METHODS.get(method)?.digest;
  const [digestMethod] = [...DIGESTS].find(([, name]) => name === digestName) as [string, string];
  const signer = new SignedXml({
    privateKey,
    signatureAlgorithm: method,
    canonicalizationAlgorithm: C14N,
    getKeyInfoContent: (args) => {
      const tag = args?.prefix ? `${args.prefix}:KeyName` : 'KeyName';
      return `<${tag}>${escapeText(keyName)}</${tag}>`;
    },
  });
  signer.addReference({ xpath: '/*', transforms: [ENVELOPED], digestAlgorithm: digestMethod, uri: '', isEmptyUri: true });
  signer.computeSignature(text, { prefix: 'ds', location: { reference: '/*', action: 'append' } });
  return signer.getSignedXml();
}

const escapeText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
