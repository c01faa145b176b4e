import { declaredXmlEncoding, decodeText, readXml } from '#formats';
import { issue, type Issue, type Link } from '#model';
import {
  certificateFault,
  judgeSecond,
  openSecond,
  sha256,
  verifyXmlSignature,
  type VerifiedMessage,
  type VerifiedPart,
  type XmlElement,
} from '#trust';
import type { CarriedTrust, ForeignTrust, SecondTrust } from '../foreign-trust.ts';
import type { CarriedEvidence, ForeignVerdict, SignatureService } from '../ports/foreign-signature.port.ts';
import type { Opened, OpenedMessage } from './open.ts';

/** Evidence before it is known under which subject it is kept. */
export type Witnessed = Omit<CarriedEvidence, 'subject'>;

/** An envelope has a few dozen elements; what has more is not one. Counted before the second parser sees anything. */
const ENVELOPE_LIMITS = { nodes: 20_000, depth: 50, attributes: 50 };

/** Where findings about what the document carries point: the first part, which is the document. */
const DOCUMENT = '/parts/0';

type Finding = Omit<Witnessed, 'link' | 'at'>;

/**
 * Judges the foreign signatures of one authentic message: a second signature beside ours, and what its document carries. Our
 * own signature is verified already and nothing here can replace it. Links that agreed on nothing pass untouched.
 * Rejects with SIGNATURE_SERVICE_UNAVAILABLE when a service has to be asked and cannot: nothing was decided, nothing may be
 * acknowledged, and the same delivery is judged again later.
 */
export async function witness(opened: OpenedMessage, trust: ForeignTrust, now: Date): Promise<Opened> {
  const agreed = trust.get(opened.link.id);
  if (!agreed || opened.refusal) return opened;
  const { second, carried } = agreed;
  const findings: Finding[] = [];
  const warnings: Issue[] = [];
  if (second && second.keys.length > 0) {
    const found = await judgeSecondSignature(opened.message, second, now);
    findings.push(found);
    if (found.verdict !== 'valid' && second.policy === 'all') return isolated(opened, found, findings, now);
    if (found.verdict !== 'valid') warnings.push(issue('CARRIED_SIGNATURE_DOUBTFUL', '/manifest'));
  }
  let refusal: Issue | undefined;
  if (carried) {
    const found = await judgeCarried(opened.message, opened.link, carried, now);
    findings.push(found);
    if (found.verdict === 'valid') {
      if (found.reason !== undefined) warnings.push(issue('CARRIED_SIGNATURE_LEGACY', DOCUMENT));
    } else if (carried.onFailure === 'quarantine') return isolated(opened, found, findings, now);
    else if (carried.onFailure === 'refuse') refusal = issue('CARRIED_SIGNATURE_INVALID', DOCUMENT);
    else warnings.push(issue('CARRIED_SIGNATURE_DOUBTFUL', DOCUMENT));
  }
  const witnessed = findings.map((found) => ({ ...found, link: opened.link.id, at: now }));
  return { ...opened, witnessed, warnings, ...(refusal && { refusal }) };
}

/** Like a message whose own signature failed: it occupies no id, and its sender is told nothing of the reason. */
function isolated({ delivery, link, message }: OpenedMessage, found: Finding, findings: readonly Finding[], now: Date): Opened {
  return {
    kind: 'unproven',
    delivery,
    code: 'SIGNATURE_INVALID',
    reason: `${found.scheme}: ${found.reason ?? found.verdict}`,
    claimedMessageId: message.manifest.messageId,
    witnessed: findings.map((one) => ({ ...one, link: link.id, at: now })),
  };
}

async function judgeSecondSignature(message: VerifiedMessage, { keys, services }: SecondTrust, now: Date): Promise<Finding> {
  const about = { scheme: 'jws-second', bytesDigest: message.manifestDigest, signature: message.second ?? EMPTY } as const;
  if (!message.second) return { ...about, verdict: 'absent', reason: 'SECOND_MISSING' };
  const opened = openSecond(message.second, message.jws, keys, now);
  if (!opened.ok) return { ...about, verdict: 'invalid', reason: opened.reason };
  const { kid, alg, pem } = opened.key;
  const named = { ...about, keyName: kid, algorithm: alg };
  const service = services.get(kid);
  const { input, signature } = opened;
  const answer: ForeignVerdict = service
    ? await service.verify({ scheme: 'jws', input, signature, algorithm: alg, publicKey: pem })
    : { verdict: judgeSecond(opened) ?? 'indeterminate' };
  return { ...named, verdict: answer.verdict, ...(answer.verdict !== 'valid' && { reason: answer.reason ?? 'SECOND_WRONG' }) };
}

function judgeCarried(message: VerifiedMessage, link: Link, carried: CarriedTrust, now: Date): Finding | Promise<Finding> {
  const [document] = message.parts;
  if (!document) return { scheme: carried.scheme, verdict: 'absent', reason: 'SIGNATURE_ABSENT', bytesDigest: '', signature: EMPTY };
  if (carried.scheme === 'xml-dsig') return judgeXml(document, link, carried, now);
  return judgeOpaque(message, document, carried, now);
}

function judgeXml(document: VerifiedPart, link: Link, carried: CarriedTrust, now: Date): Finding {
  const about = { scheme: 'xml-dsig', bytesDigest: sha256(document.bytes) } as const;
  const read = readXml(document.bytes, { charsets: link.charsets, maxBytes: link.limits.messageBytes, limits: ENVELOPE_LIMITS });
  const decoded = decodeText(document.bytes, declaredXmlEncoding(document.bytes), link.charsets);
  const [root] = read.documents;
  if (!root || !('text' in decoded)) return { ...about, verdict: 'invalid', reason: 'UNREADABLE', signature: EMPTY };
  const legacy = carried.legacyAt(now);
  const verdict = verifyXmlSignature(
    { text: decoded.text, root },
    {
      read: (text): XmlElement | undefined => readXml(Buffer.from(text), { limits: ENVELOPE_LIMITS }).documents[0],
      certificate: (keyName) => carried.certificates.find((known) => known.keyName === keyName),
      legacy,
      at: now,
    },
  );
  const { keyName, algorithm, certificateDigest } = verdict;
  const facts = { ...(keyName && { keyName }), ...(algorithm && { algorithm }), ...(certificateDigest && { certificateDigest }) };
  if (!verdict.ok) {
    const absent = verdict.reason === 'SIGNATURE_ABSENT';
    return { ...about, ...facts, verdict: absent ? 'absent' : 'invalid', reason: verdict.reason, signature: EMPTY };
  }
  const used = verdict.legacy.length > 0 ? { reason: `LEGACY ${verdict.legacy.join(' ')}` } : {};
  return { ...about, ...facts, verdict: 'valid', ...used, signature: Buffer.from(verdict.signature) };
}

/** The verifier says whether it verifies; whose it may be is ours to say: only certificates agreed on this link count. */
async function judgeOpaque(message: VerifiedMessage, document: VerifiedPart, carried: CarriedTrust, now: Date): Promise<Finding> {
  const detached = carried.part === undefined ? undefined : message.parts.find(({ name }) => name === carried.part);
  const about = { scheme: 'external', bytesDigest: sha256(document.bytes), signature: detached?.bytes ?? EMPTY } as const;
  if (carried.part !== undefined && !detached) return { ...about, verdict: 'absent', reason: 'SIGNATURE_ABSENT' };
  const answer = await (carried.service as SignatureService).verify({
    scheme: 'external',
    input: document.bytes,
    ...(detached && { signature: detached.bytes }),
    certificates: carried.certificates.map(({ pem }) => pem),
  });
  const certificate = carried.certificates.find(({ digest }) => digest === answer.certificateDigest);
  const facts = {
    ...(certificate && { keyName: certificate.keyName }),
    ...(answer.certificateDigest !== undefined && { certificateDigest: answer.certificateDigest }),
    ...(answer.algorithm !== undefined && { algorithm: answer.algorithm }),
  };
  if (answer.verdict !== 'valid') return { ...about, ...facts, verdict: answer.verdict, reason: answer.reason ?? 'VERIFIER' };
  const fault = certificate ? certificateFault(certificate, now, carried.legacyAt(now)) : 'CERTIFICATE_UNKNOWN';
  return { ...about, ...facts, verdict: fault ? 'invalid' : 'valid', ...(fault && { reason: fault }) };
}

const EMPTY = Buffer.alloc(0);
