import { ExchangeError } from '#model';
import {
  decodeFrame,
  manifestIn,
  receiptIn,
  writeEvidence,
  type EvidenceKeys,
  type EvidenceMessage,
  type EvidenceProof,
  type Manifest,
} from '#trust';
import type { Scope } from '../access/scope.ts';
import type { MessageLog } from '../ports/message-log.port.ts';
import type { MessageDetail, MessageView } from '../ports/message-view.port.ts';

/** Where the evidence of a message lies. */
export interface EvidenceSources {
  readonly gateway: string;
  readonly view: MessageView;
  readonly log: Pick<MessageLog, 'proofOf'>;
  /** Everything known of a party's keys, in order. */
  readonly keysOf: (party: string) => Promise<readonly EvidenceKeys[]>;
}

interface Gathered {
  readonly message: EvidenceMessage;
  readonly manifest: Manifest;
}

/**
 * The evidence pack of one message (LB-PROTO-5 §2): itself, what it was made of or what was made of it as far as the scope
 * allows, and everything that proves them. The same state of the store gives the same bytes. Throws NOT_FOUND; USAGE where
 * several parties used the id.
 */
export async function gatherEvidence(
  scope: Scope,
  messageId: string,
  sources: EvidenceSources,
  { content = true }: { readonly content?: boolean } = {},
): Promise<Buffer> {
  const [detail, another] = await sources.view.detail(scope, messageId);
  if (!detail) throw new ExchangeError('NOT_FOUND');
  if (another) throw new ExchangeError('USAGE', { detail: 'Several parties used this message id.' });
  const gathered = [await gather('subject', detail, sources, content)];
  for (const relative of relativesOf(detail)) {
    const found = (await sources.view.detail(scope, relative.messageId)).find(({ direction }) => direction === relative.direction);
    const one = found && (await gather(detail.direction === 'in' ? 'made' : 'source', found, sources, content));
    if (one && belong(gathered[0]!.manifest, one.manifest)) gathered.push(one);
  }
  const parties = new Set([sources.gateway, ...gathered.flatMap(({ manifest: { from, to } }) => [from.party, to.party])]);
  // The gateway's first: it signs the documents that its operator vouched for.
  const ordered = [...parties].sort(
    (one, other) => Number(other === sources.gateway) - Number(one === sources.gateway) || (one < other ? -1 : 1),
  );
  const keys = await Promise.all(ordered.map((party) => sources.keysOf(party)));
  return writeEvidence({ gateway: sources.gateway, messages: gathered.map(({ message }) => message), keys: keys.flat() });
}

/** Of a message received all that was made of it; of one sent the one it was made of. */
function relativesOf({ direction, related }: MessageDetail): MessageDetail['related'] {
  return related.filter((one) => one.direction !== direction).sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
}

/** Ids are unique for one sender only: another sender's message of the same id is no relative. */
function belong(subject: Manifest, relative: Manifest): boolean {
  const [made, source] = subject.translatedFrom ? [subject, relative] : [relative, subject];
  return made.translatedFrom?.messageId === source.messageId && made.translatedFrom.sender === source.from.party;
}

async function gather(role: EvidenceMessage['role'], detail: MessageDetail, { log }: EvidenceSources, content: boolean): Promise<Gathered> {
  const frame = decodeFrame(detail.frame, detail.frame.length);
  const manifest = frame.ok ? manifestIn(frame.jws)?.manifest : undefined;
  if (!frame.ok || !manifest) throw new ExchangeError('INTERNAL', { detail: 'A stored message cannot be read.' });
  const { link, direction, messageId, events, translation } = detail;
  const proof = await log.proofOf('message', messageId, { link, direction });
  const message: EvidenceMessage = {
    role,
    jws: frame.jws,
    parts: content ? frame.parts : [],
    ...(translation !== undefined && { translation: Buffer.from(translation, 'latin1') }),
    ...(proof && { proof }),
    receipts: await Promise.all(
      detail.receipts.map(async ({ jws }) => {
        const octets = Buffer.from(jws, 'latin1');
        const logged = await proofOfReceipt(octets, log);
        return { jws: octets, ...(logged && { proof: logged }) };
      }),
    ),
    events: events.map(({ at, cause, ...event }) => ({
      ...event,
      ...(cause !== undefined && { cause: cause.slice(0, 500) }),
      at: at.toISOString(),
    })),
  };
  return { message, manifest };
}

async function proofOfReceipt(jws: Buffer, log: EvidenceSources['log']): Promise<EvidenceProof | undefined> {
  const receipt = receiptIn(jws);
  return receipt && log.proofOf('receipt', receipt.receiptId);
}
