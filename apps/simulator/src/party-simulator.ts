import { basename } from 'node:path';
import type { Arrivals } from './arrivals.ts';
import { countersignDay, type PartnerEndpoint, type PartnerFrameInfo, type PartnerKeys } from '#adapters';
import type { DecodedMessage, Translator } from '#formats';
import type { CanonicalMessage, FormatChoice, Issue, Link } from '#model';
import {
  decodeFrame,
  derivedMessageId,
  isMessageId,
  matchReceipt,
  openQuery,
  openReceipt,
  parseManifest,
  partDigests,
  sealAnswer,
  sealMessage,
  sealReceipt,
  sha256,
  verifyMessage,
  type BodyKind,
  type KeyDirectory,
  type Manifest,
  type ReceiptFields,
  type Signer,
  type VerifiedMessage,
} from '#trust';
import type { Conduct, Desk, ReceivedMessage } from './conduct.ts';
import type { Journal, JournalLine } from './journal.ts';
import type { KeptFiles } from './kept-files.ts';
import { Outbox } from './outbox.ts';

type Delivered = Extract<JournalLine, { event: 'delivered' }>;

export interface PartySimulatorOptions {
  readonly party: string;
  readonly gateway: string;
  readonly link: Link;
  readonly signer: Signer;
  readonly directory: KeyDirectory;
  readonly keys: Pick<PartnerKeys, 'take'>;
  readonly translator: Translator;
  readonly endpoint: PartnerEndpoint;
  readonly conduct: Conduct;
  readonly journal: Journal;
  readonly files: KeptFiles;
  readonly arrivals: Arrivals;
  readonly now: () => Date;
}

/** A document of our own to send. */
export interface Dispatch {
  readonly messageId: string;
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly charset?: string | undefined;
  readonly messageType: Manifest['messageType'];
  readonly conversationId: string;
  readonly refTo?: string;
}

const LIFETIME_MS = 72 * 3_600_000;

/**
 * One partner of the gateway: verifies what comes, keeps it once, answers with signed receipts, answers in business, and
 * keeps everything in a journal before it counts. A kill at any moment loses nothing: the next start goes on from the journal.
 */
export class PartySimulator {
  readonly #options: PartySimulatorOptions;
  readonly #outbox: Outbox;
  readonly #delivered = new Map<string, Delivered>();
  /** Receipt id to digest of every receipt about messages of ours. */
  readonly #receipts = new Map<string, string>();
  readonly #receipted = new Set<string>();
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #answered = new Set<string>();
  readonly #atWork = new Set<Promise<void>>();
  #head: { sequence: number; manifestDigest: string } = { sequence: 0, manifestDigest: '' };
  readonly #stop = new AbortController();

  constructor(options: PartySimulatorOptions, lines: readonly JournalLine[]) {
    this.#options = options;
    const { journal, files, endpoint } = options;
    this.#outbox = new Outbox({ journal, files, endpoint, onReceipt: (jws) => this.#takeReceipt(jws) }, lines);
    for (const line of lines) this.#remember(line);
  }

  #remember(line: JournalLine): void {
    if (line.event === 'delivered' && !line.repeated) this.#delivered.set(line.messageId, line);
    if (line.event === 'answered') this.#answered.add(line.messageId);
    if (line.event === 'receipted') {
      this.#receipts.set(line.receiptId, line.jwsDigest);
      this.#receipted.add(line.messageId);
    }
    if (line.event === 'offered' && line.kind === 'message' && !line.forged && (line.sequence ?? 0) > this.#head.sequence) {
      this.#head = { sequence: line.sequence ?? 0, manifestDigest: line.manifestDigest ?? '' };
    }
  }

  /** Goes on where the last run ended, then takes frames. */
  async start(): Promise<void> {
    this.#outbox.start();
    for (const line of this.#delivered.values()) if (this.#unanswered(line)) await this.#resume(line);
    this.#options.endpoint.onFrame((frame, info) => this.#take(frame, info));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#outbox.stop();
    await this.#options.endpoint.close();
    for (const waiters of this.#waiting.values()) for (const wake of waiters) wake();
    await Promise.allSettled(this.#atWork);
    await this.#options.journal.close();
  }

  /** Found valid, and the last run ended before it was answered. Without a receipt of ours the gateway will offer it again. */
  #unanswered({ messageId }: Delivered): boolean {
    const receipt = this.#outbox.find(receiptIdOf(messageId, this.#options.party));
    return receipt?.status === 'valid' && !this.#answered.has(messageId);
  }

  /** Signs and offers a document. `signer` other than our own makes a forgery under our name. */
  async send(dispatch: Dispatch, signer: Signer = this.#options.signer): Promise<void> {
    const { gateway, party, link, now } = this.#options;
    const { messageId, bytes, mediaType, charset, messageType, conversationId, refTo } = dispatch;
    const forged = signer !== this.#options.signer;
    await this.#outbox.offer(messageId, () => {
      const created = now();
      const sequence = this.#head.sequence + 1;
      const sealed = sealMessage(
        {
          messageId,
          conversationId,
          ...(refTo === undefined ? {} : { refTo }),
          from: { party },
          to: { party: gateway },
          messageType,
          created: created.toISOString(),
          notAfter: new Date(created.getTime() + LIFETIME_MS).toISOString(),
          priority: 'B',
          test: link.test,
          link: sequence === 1 ? { sequence } : { sequence, previous: this.#head.manifestDigest },
          businessKeys: [],
        },
        [{ name: 'document', mediaType, charset, bytes }],
        signer,
        created,
      );
      const { jwsDigest, manifestDigest, frame } = sealed;
      if (!forged) this.#head = { sequence, manifestDigest };
      return {
        kind: 'message',
        messageId,
        type: messageType.type,
        jwsDigest,
        manifestDigest,
        sequence,
        body: frame,
        mediaType,
        correlationId: conversationId,
        ...(refTo === undefined ? {} : { about: refTo }),
        ...(forged ? { forged: true as const } : {}),
      };
    });
  }

  /** Sends the same octets of an earlier message again. */
  repeat(messageId: string): void {
    this.#outbox.repeat(messageId);
  }

  async #take(frame: Buffer, { kind, possibleDuplicate }: PartnerFrameInfo): Promise<void> {
    if (kind === 'message') await this.#takeMessage(frame, possibleDuplicate);
    else if (kind === 'query') await this.#takeQuery(frame);
    else if (kind === 'keys') await this.#takeKeys(frame);
    else if (kind === 'reconciliation') await this.#countersign(frame);
    else await this.#takeReceipt(frame);
  }

  /** The gateway asks before it sends again: every receipt of ours about the message, or a signed no. */
  async #takeQuery(jws: Buffer): Promise<void> {
    const { directory, gateway, party, now, signer, journal, files } = this.#options;
    const asked = openQuery(jws, directory, { now: now(), from: gateway, to: party });
    if (!asked.ok) return this.#isolate(jws, 'query', asked.code, asked.reason);
    const { queryId, about } = asked.query;
    const answerId = derivedMessageId(queryId, 'answer', party);
    if (this.#outbox.find(answerId)) return this.#outbox.repeat(answerId);
    const held = this.#delivered.get(about.messageId)?.manifestDigest === about.manifestDigest;
    const receipts = held ? await Promise.all(this.#outbox.receiptsAbout(about.messageId).map(({ file }) => files.read(file))) : [];
    await journal.write({ event: 'asked', messageId: about.messageId, queryId, have: receipts.length > 0 });
    const body = sealAnswer(asked, receipts, signer, now());
    await this.#outbox.offer(answerId, () => ({ kind: 'answer', messageId: answerId, type: 'answer', about: about.messageId, body }));
  }

  /** The gateway closes a day: our journal says whether we saw the same. An answer that gets lost is asked for again. */
  async #countersign(frame: Buffer): Promise<void> {
    const { party, gateway, link, directory, signer, now, endpoint } = this.#options;
    const held = { sent: this.#outbox.numbered(), received: this.#delivered.values() };
    const signed = countersignDay(frame, held, { party, gateway, link: link.id, directory, signer, now });
    if (!signed.ok) return this.#isolate(frame, 'reconciliation', 'SIGNATURE_INVALID', signed.reason);
    await endpoint.send(signed.answer);
  }

  /** The gateway's keys change, or it tests one. An answer that gets lost is asked for again. */
  async #takeKeys(frame: Buffer): Promise<void> {
    const taken = await this.#options.keys.take(frame);
    if (!taken.ok) return this.#isolate(frame, 'keys', 'SIGNATURE_INVALID', taken.reason);
    if (taken.answer) await this.#options.endpoint.send(taken.answer);
  }

  async #takeMessage(frame: Buffer, possibleDuplicate: boolean): Promise<void> {
    const { journal, files } = this.#options;
    const verdict = this.#verify(frame);
    if (!verdict.ok && !verdict.authentic) return this.#isolate(frame, 'message', verdict.code, verdict.reason);
    const message = verdict.ok ? verdict : verdict.authentic!;
    const { messageId, messageType, link, conversationId, translatedFrom, businessKeys } = message.manifest;
    const known = this.#delivered.get(messageId);
    if (known && known.manifestDigest !== message.manifestDigest) return this.#isolate(frame, 'message', 'ID_CONFLICT', 'ID_CONFLICT');
    const file = known?.file ?? (await files.keep('received', frame, messageType.type, 'message', message.parts[0]?.mediaType));
    const line = await journal.write({
      event: 'delivered',
      messageId,
      type: messageType.type,
      sequence: link.sequence,
      jwsDigest: message.jwsDigest,
      manifestDigest: message.manifestDigest,
      conversationId,
      ...(translatedFrom ? { source: { sender: translatedFrom.sender, messageId: translatedFrom.messageId } } : {}),
      businessKeys: businessKeys.map(({ type, value }) => `${type}:${value}`),
      possibleDuplicate,
      repeated: known !== undefined,
      bytes: frame.length,
      file,
    });
    this.#remember(line);
    await this.#acknowledge(
      message,
      verdict.ok ? [] : [{ code: verdict.code, severity: 'error', pointer: '/manifest', message: verdict.reason }],
    );
  }

  /** R1 and R2 in one receipt, on disk before the frame is acknowledged; a repetition gets the stored one. Then business begins. */
  async #acknowledge(message: VerifiedMessage, untimely: readonly Issue[]): Promise<void> {
    const { messageId } = message.manifest;
    const receiptId = receiptIdOf(messageId, this.#options.party);
    if (this.#outbox.find(receiptId)) return this.#outbox.repeat(receiptId);
    const { received, issues } = this.#understand(message, untimely);
    const refused = issues.some(({ severity }) => severity === 'error');
    await this.#receipt(message, {
      levels: ['R1', 'R2'],
      status: refused ? 'refused' : 'valid',
      issues,
      receiptId,
      issuedAt: this.#options.now(),
    });
    if (refused || !received) await this.#options.journal.write({ event: 'answered', messageId });
    else this.#work(received, message);
  }

  #understand(message: VerifiedMessage, untimely: readonly Issue[]): { received?: ReceivedMessage; issues: readonly Issue[] } {
    const { translator, link } = this.#options;
    const decoded = translator.decode(message.parts[0]?.bytes ?? Buffer.alloc(0), { charsets: link.charsets });
    const [document] = decoded.messages as readonly (DecodedMessage | undefined)[];
    const checks = document ? translator.check(document.message) : [];
    const issues = [...untimely, ...decoded.issues, ...decoded.messages.flatMap((one) => one.issues), ...checks];
    const { messageId } = message.manifest;
    return document ? { received: { messageId, manifest: message.manifest, decoded, document }, issues } : { issues };
  }

  async #receipt(message: VerifiedMessage, fields: ReceiptFields & { receiptId: string }): Promise<void> {
    await this.#outbox.offer(fields.receiptId, () => {
      const { jws, receipt } = sealReceipt(message, fields, this.#options.signer);
      const { receiptId, levels, status, about } = receipt;
      return { kind: 'receipt', messageId: receiptId, type: 'receipt', about: about.messageId, levels, status, body: jws };
    });
  }

  #work(received: ReceivedMessage, message: VerifiedMessage): void {
    const { journal, conduct } = this.#options;
    const { messageId } = received;
    const work = conduct(received, this.#desk(received, message))
      .then(async () => {
        if (this.#stop.signal.aborted) return;
        this.#remember(await journal.write({ event: 'answered', messageId }));
      })
      .catch(async (error: unknown) => {
        if (this.#stop.signal.aborted) return;
        await journal.write({ event: 'fault', messageId, reason: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => this.#atWork.delete(work));
    this.#atWork.add(work);
  }

  #desk(received: ReceivedMessage, message: VerifiedMessage): Desk {
    const { party, now, arrivals } = this.#options;
    const { messageId, manifest } = received;
    return {
      now,
      answer: (key, canonical, choice) => this.#answer(derivedMessageId(messageId, 'answer', party, key), canonical, choice, manifest),
      announce: (key, canonical, choice) => {
        const { conversationId } = manifest;
        const about = isMessageId(conversationId) ? conversationId : messageId;
        return this.#answer(derivedMessageId(about, 'announce', party, key), canonical, choice, manifest);
      },
      decide: (status, answer) =>
        this.#receipt(message, {
          levels: ['R3'],
          status,
          receiptId: derivedMessageId(messageId, 'R3', party, status),
          issuedAt: now(),
          ...(answer === undefined ? {} : { answer }),
        }),
      receiptOf: (id) => this.#receiptOf(id),
      trainWith: (wagonId) => arrivals.trainWith(wagonId, this.#stop.signal),
      conversation: () => this.#conversation(manifest.conversationId),
    };
  }

  async #answer(
    messageId: string,
    canonical: CanonicalMessage,
    choice: FormatChoice,
    { conversationId, messageId: refTo }: Manifest,
  ): Promise<string> {
    if (this.#outbox.find(messageId)) return messageId;
    const encoded = this.#options.translator.encode(canonical, choice);
    const errors = encoded.issues.filter(({ severity }) => severity === 'error');
    if (errors.length > 0)
      throw new Error(`${choice.mapping} cannot be written: ${errors.map(({ code, pointer }) => `${code} ${pointer}`).join(', ')}`);
    const { bytes, mediaType, charset, mapping } = encoded;
    await this.send({
      messageId,
      bytes,
      mediaType,
      charset,
      messageType: { type: mapping.id, version: mapping.version },
      conversationId,
      refTo,
    });
    return messageId;
  }

  async #receiptOf(messageId: string): Promise<void> {
    if (this.#receipted.has(messageId)) return;
    await new Promise<void>((resolve) => this.#waiting.set(messageId, [...(this.#waiting.get(messageId) ?? []), resolve]));
    if (this.#stop.signal.aborted) throw new Error('stopping');
  }

  async #conversation(conversationId: string): Promise<ReceivedMessage[]> {
    const lines = [...this.#delivered.values()].filter((line) => line.conversationId === conversationId).sort(byId);
    const read = await Promise.all(lines.map(async (line) => this.#reopen(await this.#options.files.read(line.file))));
    return read.flatMap((found) => (found ? [found.received] : []));
  }

  async #resume(line: Delivered): Promise<void> {
    const found = this.#reopen(await this.#options.files.read(line.file));
    if (found) this.#work(found.received, found.message);
  }

  /** A kept frame once more; it was judged when it came, so only what can be read counts. */
  #reopen(frame: Buffer): { received: ReceivedMessage; message: VerifiedMessage } | undefined {
    const verdict = this.#verify(frame);
    if (!verdict.ok) return undefined;
    const { received } = this.#understand(verdict, []);
    return received && { received, message: verdict };
  }

  #verify(frame: Buffer) {
    const { directory, party, gateway, link, now } = this.#options;
    return verifyMessage(frame, directory, {
      addressee: party,
      sender: gateway,
      test: link.test,
      now: now(),
      maxBytes: link.limits.messageBytes,
    });
  }

  async #takeReceipt(jws: Buffer): Promise<void> {
    const { directory, gateway, now, journal, files } = this.#options;
    const opened = openReceipt(jws, directory, { now: now(), issuer: gateway });
    if (!opened.ok) return this.#isolate(jws, 'receipt', opened.code, opened.reason);
    const { receiptId, about, levels, status, issues } = opened.receipt;
    const expected = await this.#expected(about.messageId);
    const matched = expected && matchReceipt(opened.receipt, expected);
    if (!matched?.ok) return this.#isolate(jws, 'receipt', 'RECEIPT_INVALID', matched?.reason ?? 'RECEIPT_OTHER_MESSAGE');
    const jwsDigest = sha256(jws);
    const before = this.#receipts.get(receiptId);
    const file = await files.keep('received', jws, `${levels.join('+')}-${status}`, 'receipt');
    const { messageId } = about;
    const line = await journal.write({
      event: 'receipted',
      messageId,
      receiptId,
      levels,
      status,
      jwsDigest,
      repeated: before !== undefined,
      issues,
      file,
    });
    this.#remember(line);
    for (const wake of this.#waiting.get(messageId) ?? []) wake();
    this.#waiting.delete(messageId);
  }

  /** What a message of ours looked like, from the octets we kept. */
  async #expected(messageId: string): Promise<Parameters<typeof matchReceipt>[1] | undefined> {
    const line = this.#outbox.find(messageId);
    const frame = line && decodeFrame(await this.#options.files.read(line.file));
    const payload = frame?.ok ? frame.jws.toString('latin1').split('.')[1] : undefined;
    const parsed = payload === undefined ? undefined : parseManifest(Buffer.from(payload, 'base64url'));
    if (!line || !parsed?.ok) return undefined;
    const { from, to } = parsed.manifest;
    return { messageId, from: from.party, to: to.party, jwsDigest: line.jwsDigest, parts: partDigests(parsed.manifest) };
  }

  async #isolate(body: Buffer, kind: BodyKind, code: string, reason: string): Promise<void> {
    const file = await this.#options.files.keep('unproven', body, code, kind);
    await this.#options.journal.write({ event: 'unproven', code, reason, file: basename(file) });
  }
}

const byId = (a: Delivered, b: Delivered): number => (a.messageId < b.messageId ? -1 : 1);
const receiptIdOf = (messageId: string, party: string): string => derivedMessageId(messageId, 'receipt', party);
