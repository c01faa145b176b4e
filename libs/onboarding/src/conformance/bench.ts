import { MODEL_VERSION } from '#model';
import {
  newMessageId,
  newNonce,
  openKeyStatement,
  openQuery,
  sealAnswer,
  sealMessage,
  sealQuery,
  sealReceipt,
  sha256,
  signKeyDocument,
  signKeyStatement,
  verifyMessage,
  type BodyKind,
  type KeyDirectory,
  type KeyDocument,
  type LocalSigner,
  type ManifestFields,
  type Part,
  type SealedMessage,
  type SealedQuery,
  type Signer,
  type SigningAlgorithm,
  type VerifiedMessage,
} from '#trust';
import type { EndpointUnderTest, TransportAnswer } from './endpoint.port.ts';
import { Inbox } from './inbox.ts';

/** The last accepted message of ours on the link: the next one names it. */
export interface LinkHead {
  readonly sequence: number;
  readonly manifestDigest: string;
}

export interface BenchOptions {
  readonly endpoint: EndpointUnderTest;
  /** The party we sign as, and the party under test. */
  readonly self: string;
  readonly peer: string;
  readonly link: string;
  readonly signer: Signer;
  /** Knows our keys and the endpoint's, compared beforehand. The suite changes ours during rotation. */
  readonly directory: KeyDirectory;
  readonly test: boolean;
  readonly now: () => Date;
  /** How long an answer may take. */
  readonly deadlineMs: number;
  readonly head?: LinkHead | undefined;
  /** Makes a further key of ours; its private half must outlive the run, since rotation ends with signing by it. */
  readonly makeKey: (alg: SigningAlgorithm) => LocalSigner | Promise<LocalSigner>;
  /** Told of every new key document of ours, so that it outlives this run: the endpoint remembers it. */
  readonly onDocument?: ((document: KeyDocument) => Promise<void>) | undefined;
}

/** One body that went out, for the report. */
export interface Sent {
  readonly kind: BodyKind;
  readonly bytes: number;
  readonly sha256: string;
  /** The first octets. */
  readonly head: string;
}

const HEAD = 48;
const HOUR = 3_600_000;
/** Pauses before a transport that asked us to come again later, in all at most as many as these. */
const AGAIN_MS = 1_000;
const AGAIN_MOST = 90;

/** Our end of the link: seals, sends, asks, and keeps our own duties (receipts, answers) so that the endpoint never waits for us. */
export class Bench {
  readonly inbox = new Inbox();
  readonly options: BenchOptions;
  /** What the endpoint sent us of its own accord, verified. */
  readonly received: { readonly message: VerifiedMessage; readonly receipt: Buffer }[] = [];
  #signer: Signer;
  #head: LinkHead;
  #sent: Sent[] = [];

  constructor(options: BenchOptions) {
    this.options = options;
    this.#signer = options.signer;
    this.#head = options.head ?? { sequence: 0, manifestDigest: '' };
    options.endpoint.onBody((body) => this.#take(body));
  }

  get signer(): Signer {
    return this.#signer;
  }
  get head(): LinkHead {
    return this.#head;
  }

  /** From now on we sign with this key. */
  signWith(signer: Signer): void {
    this.#signer = signer;
  }

  /** Bodies sent since the last call. */
  takeSent(): readonly Sent[] {
    return this.#sent.splice(0);
  }

  /** A message as it would come next; the link moves on only with `message`. */
  draft(options: { fields?: Partial<ManifestFields>; parts?: readonly Part[]; signer?: Signer; issuedAt?: Date } = {}): SealedMessage {
    const { self, peer, test, now } = this.options;
    const created = now();
    const sequence = this.#head.sequence + 1;
    const messageId = newMessageId(created);
    const fields: ManifestFields = {
      messageId,
      conversationId: messageId,
      from: { party: self },
      to: { party: peer },
      messageType: { type: 'canonical/json', version: '1' },
      created: created.toISOString(),
      notAfter: new Date(created.getTime() + 72 * HOUR).toISOString(),
      priority: 'B',
      test,
      link: sequence === 1 ? { sequence } : { sequence, previous: this.#head.manifestDigest },
      businessKeys: [],
      ...options.fields,
    };
    return sealMessage(fields, options.parts ?? [document(fields.messageId)], options.signer ?? this.#signer, options.issuedAt ?? created);
  }

  /** The next message of the link. */
  message(options: Parameters<Bench['draft']>[0] = {}): SealedMessage {
    const sealed = this.draft(options);
    this.#head = { sequence: sealed.manifest.link.sequence, manifestDigest: sealed.manifestDigest };
    return sealed;
  }

  /** Sends bytes as they are; waits and sends again where the transport asks for that. */
  async send(body: Buffer, kind: BodyKind, possibleDuplicate = false): Promise<TransportAnswer> {
    this.#sent.push({ kind, bytes: body.length, sha256: sha256(body), head: body.subarray(0, HEAD).toString('base64url') });
    let answer = await this.options.endpoint.send(body, kind, possibleDuplicate);
    for (let times = 0; answer.again && times < AGAIN_MOST; times++) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      answer = await this.options.endpoint.send(body, kind, possibleDuplicate);
    }
    return answer;
  }

  /** The receipts about a message once one of them settles it (R2), or what there is at the deadline. */
  async settled({ manifest: { messageId } }: SealedMessage, more = 1): Promise<readonly Buffer[]> {
    const find = () => {
      const all = this.inbox.receiptsAbout(messageId);
      return all.filter(isSettling).length >= more ? all : undefined;
    };
    return (await this.inbox.wait(find, this.options.deadlineMs)) ?? this.inbox.receiptsAbout(messageId);
  }

  /** Sends a message and waits for its receipts. */
  async deliver(sealed: SealedMessage, possibleDuplicate = false): Promise<{ answer: TransportAnswer; receipts: readonly Buffer[] }> {
    const answer = await this.send(sealed.frame, 'message', possibleDuplicate);
    return { answer, receipts: answer.taken ? await this.settled(sealed) : this.inbox.receiptsAbout(sealed.manifest.messageId) };
  }

  question(about: { messageId: string; manifestDigest: string }): SealedQuery {
    const { self, peer, now } = this.options;
    const at = now();
    return sealQuery({ queryId: newMessageId(at), from: self, to: peer, about }, this.#signer, at);
  }

  /** Asks whether the endpoint holds a message. The answer comes behind everything sent before (LB-PROTO-1 §5.1). */
  async ask(sealed: Pick<SealedMessage, 'manifest' | 'manifestDigest'>): Promise<{ asked: SealedQuery; answer: Buffer | undefined }> {
    const asked = this.question({ messageId: sealed.manifest.messageId, manifestDigest: sealed.manifestDigest });
    await this.send(asked.jws, 'query');
    const answer = await this.inbox.wait(() => this.inbox.answersTo(asked.query.queryId)[0], this.options.deadlineMs);
    return { asked, answer };
  }

  /** Publishes the next version of our keys and waits for the statement that names what the endpoint verifies with now. */
  async publish(document: KeyDocument, signer = this.#signer): Promise<readonly string[] | undefined> {
    const { directory, now, onDocument } = this.options;
    directory.importTrusted(document);
    await onDocument?.(document);
    const seen = this.inbox.arrivals.length;
    await this.send(signKeyDocument(document, signer, now()), 'keys');
    return this.inbox.wait(
      () => this.#statements(seen).find(({ version }) => version >= document.version)?.accepts,
      this.options.deadlineMs,
    );
  }

  /** A signed question about keys and its signed answer: the protocol's ping. */
  async ping(signer = this.#signer): Promise<{ answered: boolean; kid?: string | undefined }> {
    const { self, peer, directory, now, deadlineMs } = this.options;
    const ask = newNonce();
    const seen = this.inbox.arrivals.length;
    await this.send(signKeyStatement({ from: self, to: peer, ask }, directory, signer, now()).jws, 'keys');
    const found = await this.inbox.wait(() => this.#statements(seen).find(({ answer }) => answer === ask), deadlineMs);
    return { answered: found !== undefined, kid: found?.kid };
  }

  #statements(from: number) {
    const { self, peer, directory, now } = this.options;
    return this.inbox.arrivals.slice(from).flatMap(({ kind, body }) => {
      const opened = kind === 'keys' ? openKeyStatement(body, directory, { from: peer, to: self, now: now() }) : undefined;
      return opened?.ok ? [{ ...opened.statement, kid: opened.kid }] : [];
    });
  }

  /** Our duties: a receipt for each message, an answer for each question, a statement for each question about keys. */
  async #take(body: Buffer): Promise<void> {
    const { self, peer, directory, now } = this.options;
    const { kind } = this.inbox.take(body);
    if (kind === 'message') await this.#takeMessage(body);
    if (kind === 'query') {
      const asked = openQuery(body, directory, { from: peer, to: self, now: now() });
      if (!asked.ok) return;
      const { messageId, manifestDigest } = asked.query.about;
      const held = this.received.filter(
        ({ message }) => message.manifest.messageId === messageId && message.manifestDigest === manifestDigest,
      );
      await this.send(
        sealAnswer(
          asked,
          held.map(({ receipt }) => receipt),
          this.#signer,
          now(),
        ),
        'answer',
      );
    }
    if (kind === 'keys') await this.#takeKeys(body);
  }

  async #takeMessage(body: Buffer): Promise<void> {
    const { self, peer, directory, now, test } = this.options;
    const verdict = verifyMessage(body, directory, { addressee: self, sender: peer, test, now: now() });
    if (!verdict.ok) return;
    const { messageId } = verdict.manifest;
    const known = this.received.find(({ message }) => message.manifest.messageId === messageId);
    const receipt = known?.receipt ?? sealReceipt(verdict, { levels: ['R1', 'R2'], status: 'valid', issuedAt: now() }, this.#signer).jws;
    if (!known) this.received.push({ message: verdict, receipt });
    await this.send(receipt, 'receipt', known !== undefined);
  }

  async #takeKeys(body: Buffer): Promise<void> {
    const { self, peer, directory, now } = this.options;
    const opened = openKeyStatement(body, directory, { from: peer, to: self, now: now() });
    const say = (answer?: string) =>
      this.send(signKeyStatement({ from: self, to: peer, answer }, directory, this.#signer, now()).jws, 'keys');
    if (opened.ok) return void (opened.statement.ask !== undefined && (await say(opened.statement.ask)));
    if (directory.importSigned(body, now()).ok) await say();
  }
}

const isSettling = (receipt: Buffer): boolean => {
  try {
    const claims = JSON.parse(Buffer.from(receipt.toString('latin1').split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      levels?: unknown;
    };
    return Array.isArray(claims.levels) && claims.levels.includes('R2');
  } catch {
    return false;
  }
};

/** A document every endpoint of the profile reads: an acknowledgement in canonical JSON, with text of four scripts. */
export function document(id: string, functionCode = '9'): Part {
  const message = {
    model: MODEL_VERSION,
    type: 'Acknowledgement',
    kind: 'application',
    header: { messageId: id, functionCode: { value: functionCode, listId: 'UN-1225' } },
    acknowledgedDocument: { id: `连云港 Қорғас Хоргос ${id}` },
  };
  return { name: 'document', mediaType: 'application/json', charset: 'UTF-8', bytes: Buffer.from(JSON.stringify(message)) };
}
