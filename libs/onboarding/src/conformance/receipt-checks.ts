/** Every rule of LB-PROTO-1 §5 on one receipt, each an assertion of its own: receipts are tested as hard as messages. */
import { parseStrictJson } from '#model';
import {
  closedHeader,
  decodeBase64url,
  isMessageId,
  matchAnswer,
  matchReceipt,
  MAX_JWS,
  openAnswer,
  openReceipt,
  partDigests,
  PROFILE,
  readCompact,
  sha256,
  TYPES,
  type ArtefactType,
  type Manifest,
  type Receipt,
  type SealedMessage,
  type SealedQuery,
} from '#trust';
import type { Bench } from './bench.ts';
import type { Checks } from './checks.ts';
import { segmentsOf } from './craft.ts';

export interface ReceiptWanted {
  readonly status?: Receipt['status'];
  /** Codes that must be among the errors listed. */
  readonly errors?: readonly string[];
}

/** The signature layer, the same for every artefact the endpoint signs. False where reading on is pointless. */
export function checkJws(checks: Checks, bench: Bench, jws: Buffer, typ: ArtefactType): boolean {
  const { directory, peer, now } = bench.options;
  const segments = jws.toString('latin1').split('.');
  checks.equal('jws: three segments', segments.length, 3);
  segments.forEach((segment, i) =>
    checks.that(
      `jws: segment ${i + 1} is canonical base64url`,
      decodeBase64url(segment) !== undefined,
      segment.slice(0, 40),
      'canonical base64url',
    ),
  );
  checks.that('jws: size', jws.length <= MAX_JWS[typ], jws.length, `at most ${MAX_JWS[typ]} octets`);
  const read = readCompact(jws, MAX_JWS[typ]);
  if (!checks.that('jws: readable', read.ok, read.ok ? 'readable' : read.reason, 'readable') || !read.ok) return false;
  checks.equal('header: members', Object.keys(read.header).sort(), ['alg', 'iat', 'kid', 'typ']);
  checks.equal('header: typ', read.header['typ'], typ);
  const closed = closedHeader(read.header, typ);
  checks.that('header: values', closed.ok, closed.ok ? 'in order' : closed.reason, 'in order');
  const kid = String(read.header['kid']);
  const record = directory.records(peer).find((key) => key.kid === kid);
  checks.that('header: kid is a key of the endpoint', record !== undefined, kid, 'a thumbprint in its key document');
  checks.equal('header: alg is that of the key', read.header['alg'], record?.alg);
  checks.that(
    'header: iat not in the future',
    Number(read.header['iat']) * 1000 <= now().getTime() + 300_000,
    read.header['iat'],
    'at most 300 s ahead',
  );
  checks.that(
    'header: the key verifies now',
    directory.resolve(kid, { at: now(), purpose: 'verify', party: peer }).ok,
    record?.status,
    'published, active or retiring',
  );
  const json = parseStrictJson(read.payload, { depth: 8 });
  return checks.that('payload: strict JSON', json.ok, json.ok ? 'strict' : 'not strict', 'no member twice, safe numbers, UTF-8');
}

/** All receipts about a message of ours: at least one, each right, and together R1 and R2. Returns the one that settles it. */
export function checkReceipts(
  checks: Checks,
  bench: Bench,
  sealed: SealedMessage,
  receipts: readonly Buffer[],
  wanted: ReceiptWanted,
): Receipt | undefined {
  if (!checks.that('receipt: came', receipts.length > 0, `${receipts.length} receipts`, `a receipt within ${bench.options.deadlineMs} ms`))
    return undefined;
  const read = receipts.flatMap((jws) => checkReceipt(checks, bench, sealed, jws) ?? []);
  const levels = new Set(read.flatMap((receipt) => receipt.levels));
  checks.that('receipt: R1 stored', levels.has('R1'), [...levels], 'R1');
  checks.that('receipt: R2 technical verdict', levels.has('R2'), [...levels], 'R2');
  const settling = read.find((receipt) => receipt.levels.includes('R2'));
  if (wanted.status !== undefined) checks.equal('receipt: verdict', settling?.status, wanted.status);
  const codes = settling?.issues.filter(({ severity }) => severity === 'error').map(({ code }) => code) ?? [];
  if (wanted.status === 'refused') checks.that('receipt: lists errors', codes.length > 0, codes, 'at least one error');
  for (const code of new Set(wanted.errors)) checks.that(`receipt: finds ${code}`, codes.includes(code), codes.slice(0, 20), code);
  return settling;
}

function checkReceipt(
  checks: Checks,
  bench: Bench,
  { manifest, manifestDigest, jwsDigest }: SealedMessage,
  jws: Buffer,
): Receipt | undefined {
  const { directory, peer, self, now } = bench.options;
  if (!checkJws(checks, bench, jws, TYPES.receipt)) return undefined;
  const opened = openReceipt(jws, directory, { now: now(), issuer: peer });
  if (!checks.that('receipt: signature and form', opened.ok, opened.ok ? 'verified' : opened.reason, 'verified') || !opened.ok)
    return undefined;
  const { receipt } = opened;
  checks.equal('receipt: profile', receipt.profile, PROFILE);
  checks.that('receipt: receiptId', isMessageId(receipt.receiptId), receipt.receiptId, 'a UUID of version 7');
  checks.equal('receipt: issuer', receipt.issuer, peer);
  checks.equal('receipt: about.messageId', receipt.about.messageId, manifest.messageId);
  checks.equal('receipt: about.from', receipt.about.from, self);
  checks.equal('receipt: about.to', receipt.about.to, peer);
  checks.equal('receipt: about.jwsDigest', receipt.about.jwsDigest, jwsDigest);
  checks.equal('receipt: about.manifestDigest', receipt.about.manifestDigest, manifestDigest);
  checkPairs(checks, receipt, manifest);
  const expected = { messageId: manifest.messageId, from: self, to: peer, jwsDigest, parts: partDigests(manifest) };
  const matched = matchReceipt(receipt, expected);
  checks.that('receipt: attests the octets sent', matched.ok, matched.ok ? 'matches' : matched.reason, 'matches');
  checks.that('receipt: issueCount', receipt.issueCount >= receipt.issues.length, receipt.issueCount, 'at least the issues listed');
  const firstWarning = receipt.issues.findIndex(({ severity }) => severity === 'warning');
  const lastError = receipt.issues.findLastIndex(({ severity }) => severity === 'error');
  checks.that('receipt: errors first', firstWarning < 0 || lastError < firstWarning, [lastError, firstWarning], 'errors before warnings');
  checks.that('receipt: issued', Date.parse(receipt.issued) <= now().getTime() + 300_000, receipt.issued, 'not in the future');
  return receipt;
}

function checkPairs(checks: Checks, receipt: Receipt, manifest: Manifest): void {
  checks.equal('receipt: number of parts', receipt.parts.length, manifest.parts.length);
  for (const part of partDigests(manifest)) {
    const pair = receipt.parts.filter(({ name }) => name === part.name);
    checks.equal(
      `receipt: digest of part ${part.name}`,
      pair.map(({ digest }) => digest),
      [part.digest],
    );
  }
}

/** The answer to a question: authentic, about that question, and saying that the message is held or not. Returns the receipts in it. */
export function checkAnswer(
  checks: Checks,
  bench: Bench,
  { asked, answer }: { readonly asked: SealedQuery; readonly answer: Buffer | undefined },
  have: boolean,
): readonly Buffer[] {
  const { directory, peer, self, now } = bench.options;
  if (
    !checks.that('answer: came', answer !== undefined, answer ? 'yes' : 'none', `an answer within ${bench.options.deadlineMs} ms`) ||
    !answer
  )
    return [];
  if (!checkJws(checks, bench, answer, TYPES.answer)) return [];
  const opened = openAnswer(answer, directory, { now: now(), from: peer, to: self });
  if (!checks.that('answer: signature and form', opened.ok, opened.ok ? 'verified' : opened.reason, 'verified') || !opened.ok) return [];
  checks.equal('answer: queryDigest', opened.answer.queryDigest, sha256(asked.jws));
  checks.that('answer: fits the question', matchAnswer(opened.answer, asked).ok, opened.answer.queryId, asked.query.queryId);
  checks.equal('answer: have', opened.answer.have, have);
  return opened.receipts;
}

/** Sends what must never be taken and proves that it was not: no receipt, and a signed "no" to the question behind it. */
export async function checkRefused(
  checks: Checks,
  bench: Bench,
  body: Buffer,
  about: SealedMessage,
  codes: readonly string[],
): Promise<void> {
  const said = await bench.send(body, 'message');
  if (bench.options.endpoint.tellsAtOnce) {
    checks.equal('transport: not taken', said.taken, false);
    checks.that('transport: one and the same code', said.code !== undefined && codes.includes(said.code), said.code, codes.join(' or '));
  }
  checkAnswer(checks, bench, await bench.ask(about), false);
  checks.equal('no receipt about it', bench.inbox.receiptsAbout(about.manifest.messageId).length, 0);
}

/** Payload octets of a compact JWS. */
export const payloadOf = (jws: Buffer): Buffer => Buffer.from(segmentsOf(jws)[1], 'base64url');
