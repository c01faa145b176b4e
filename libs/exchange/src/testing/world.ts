/** A small corridor in memory for tests of the exchange: two partners, a fake transport and a fake translator. */
import { Agreements, ERRORS, issue, MODEL_VERSION, type CanonicalMessage, type ErrorCode, type Issue, type Link } from '#model';
import type { Decoded, Encoded, Translator } from '#formats';
import {
  decodeFrame,
  directoryKey,
  generateKey,
  KeyDirectory,
  LocalSigner,
  newMessageId,
  sealMessage,
  sealReceipt,
  verifyMessage,
  type AnySigner,
  type Part,
  type ReceiptFields,
  type SealedMessage,
  type Signer,
  openReceipt,
  type Receipt,
} from '#trust';
import { AgreementBook } from '../agreement-book.ts';
import type { Aside } from '../ports/aside.port.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import { Clock } from '../ports/clock.port.ts';
import type { ExchangeStore } from '../ports/exchange-store.port.ts';
import {
  Transport,
  isLater,
  type InboundDelivery,
  type InboundOutcome,
  type InboundReply,
  type LinkCondition,
  type OutboundItem,
  type ReceiveBatch,
  type SendOutcome,
} from '../ports/transport.port.ts';
import type { StopSwitch } from '../ports/stop-switch.port.ts';
import { readForeignTrust, type ForeignTrustParts } from '../foreign-trust.ts';
import type { SecondSignatureStore } from '../ports/foreign-signature.port.ts';
import { withSecondSigning } from '../second-signing.ts';
import { FairTurns } from '../order/fair-turns.ts';
import { InboundPipeline } from '../pipeline.ts';
import type { StateOrders } from '../steps/matters.ts';
import type { Reconciler } from '../proof/reconciler.ts';
import { Relays } from '../relays.ts';
import { InMemoryExchangeStore } from './in-memory-store.ts';

export class TestClock extends Clock {
  time = new Date('2026-03-14T01:30:00.000Z');
  override now(): Date {
    return this.time;
  }
  pass(seconds: number): void {
    this.time = new Date(this.time.getTime() + seconds * 1000);
  }
}

/** Keeps what was sent; fails the next messages as told. */
export class TestTransport extends Transport {
  readonly kind = 'amqp';
  readonly sent: { link: string; item: OutboundItem }[] = [];
  failures: ErrorCode[] = [];
  up = true;
  #listeners: ((link: string) => void)[] = [];

  override async start(_links: readonly Link[], _receive: ReceiveBatch): Promise<void> {}
  override async follow(_links: readonly Link[]): Promise<void> {}
  override async send(link: Link, items: readonly OutboundItem[]): Promise<readonly SendOutcome[]> {
    await Promise.resolve();
    return items.map((item) => {
      const code = item.kind === 'message' ? this.failures.shift() : undefined;
      if (code) return { id: item.id, sent: false, code };
      this.sent.push({ link: link.id, item });
      return { id: item.id, sent: true };
    });
  }
  override condition(): LinkCondition {
    return this.up ? 'up' : 'down';
  }
  override onUp(listener: (link: string) => void): void {
    this.#listeners.push(listener);
  }
  override async close(): Promise<void> {}
  comeUp(link: string): void {
    this.up = true;
    this.#listeners.forEach((listener) => listener(link));
  }
  messagesTo(link: string): OutboundItem[] {
    return this.sent.filter((one) => one.link === link && one.item.kind === 'message').map(({ item }) => item);
  }
  receiptsTo(link: string): OutboundItem[] {
    return this.sent.filter((one) => one.link === link && one.item.kind === 'receipt').map(({ item }) => item);
  }
}

/** Speaks a toy format: JSON `{ note, text, faults? }` or `{ canonical }`. Everything else is FORMAT_UNKNOWN. */
export class TestTranslator implements Translator {
  readonly mappings = [];
  encodeFailure: ErrorCode | undefined;
  detect() {
    return { issues: [] };
  }
  documents() {
    return [];
  }
  rules() {
    return undefined;
  }
  decode(bytes: Buffer): Decoded {
    const nothing = { syntax: 'json' as const, charset: 'utf-8', messages: [] };
    let content: { note: string; text: string; faults?: Issue[]; canonical?: CanonicalMessage };
    try {
      content = JSON.parse(bytes.toString('utf8')) as typeof content;
    } catch {
      return { ...nothing, issues: [issue('JSON_MALFORMED', 'line 1')] };
    }
    const message = (content.canonical ?? {
      model: MODEL_VERSION,
      type: 'RailConsignmentNote',
      header: { messageId: content.note, functionCode: { value: '9', listId: 'UN-1225' } },
      transportContractDocument: { id: content.note },
      transportRemark: [content.text],
    }) as CanonicalMessage;
    const mapping = { id: 'test/note', version: '1', digest: '0'.repeat(64) };
    return {
      ...nothing,
      issues: [],
      messages: [
        {
          mapping,
          canonicalType: message.type,
          type: 'NOTE',
          functionCode: '9',
          message,
          issues: content.faults ?? [],
          locate: (pointer) => (content.canonical ? `/Document${pointer}` : pointer),
        },
      ],
    };
  }
  encode(message: CanonicalMessage): Encoded {
    const failed = this.encodeFailure;
    return {
      bytes: failed ? Buffer.alloc(0) : Buffer.from(`NOTE+${JSON.stringify(message)}'`),
      mediaType: 'application/edifact',
      charset: 'utf-8',
      mapping: { id: 'test/out', version: '1', digest: '1'.repeat(64) },
      issues: failed ? [issue(failed, '/transportRemark')] : [],
    };
  }
  check(): Issue[] {
    return [];
  }
}

/** Foreign signatures for some links of the world: what the agreement says of each link, and what stands behind it. */
export interface ForeignWorld {
  readonly links: Readonly<Record<string, object>>;
  readonly parts: ForeignTrustParts;
  readonly store: SecondSignatureStore;
}

const TYPES = ['RailConsignmentNote', 'Manifest', 'DeclarationResponse', 'GoodsDeclaration', 'CustomsEnvelope', 'CustomsEnvelopeCloseOut'];
const FORMATS = Object.fromEntries(TYPES.map((type) => [type, { mapping: 'test/out' }]));

const PLAIN = {
  gateway: 'LBG',
  parties: ['LBG', 'LSW', 'KEG', 'EVE'].map((key) => ({ key, country: 'CN', name: { en: key } })),
  links: [
    { id: 'lsw', partner: 'LSW', transport: 'amqp', formats: FORMATS },
    { id: 'keg', partner: 'KEG', transport: 'amqp', formats: FORMATS },
    { id: 'eve', partner: 'EVE', transport: 'amqp' },
  ],
  routes: [
    ...Object.keys(FORMATS).map((messageType) => ({ from: 'LSW', messageType, to: 'KEG' })),
    { from: 'KEG', messageType: 'CustomsEnvelopeCloseOut', to: 'LSW' },
    { from: 'EVE', messageType: 'CustomsEnvelopeCloseOut', to: 'LSW' },
  ],
};
const agreementsWith = (links: ForeignWorld['links'] = {}) =>
  Agreements.parse({ ...PLAIN, links: PLAIN.links.map((link) => ({ ...link, ...links[link.id] })) });

export class World {
  readonly clock = new TestClock();
  readonly transport = new TestTransport();
  readonly translator = new TestTranslator();
  readonly directory: KeyDirectory = new KeyDirectory();
  readonly signers: Record<string, Signer> = {};
  /** Signs for the gateway instead of `signers.LBG`, once it is set. */
  ours: AnySigner | undefined;
  readonly book: AgreementBook;
  readonly reported: unknown[] = [];
  /** States 1 to 9 of list STEPS, the higher number the later. */
  readonly orders: StateOrders = (list) => (list === 'STEPS' ? { rank: (code) => Number(code), returns: () => false } : undefined);
  /** Throws while nothing may be accepted. */
  admit: () => void = () => undefined;
  /** Takes in answers to daily reconciliations; without one they are unproven. */
  reconciler: Pick<Reconciler, 'take'> = {
    take: (delivery) => Promise.resolve({ kind: 'unproven', delivery, code: 'SIGNATURE_INVALID', reason: 'NOBODY_ASKED' }),
  };
  readonly store: ExchangeStore;
  readonly relays: Relays;
  readonly pipeline: InboundPipeline;
  #sequence = new Map<string, { sequence: number; previous?: string }>();

  /** `like`: another process of the same corridor, with the same keys. */
  constructor(
    store: ExchangeStore = new InMemoryExchangeStore(),
    aside?: Aside,
    audit?: Pick<AuditLog, 'append'>,
    foreign?: ForeignWorld,
    like?: World,
    stops?: StopSwitch,
  ) {
    this.store = store;
    this.book = new AgreementBook(agreementsWith(foreign?.links), { mappings: new Set(['test/out']), projections: new Set() });
    if (like) [this.directory, this.signers, this.#sequence] = [like.directory, like.signers, like.#sequence];
    else this.#makeKeys();
    const { clock, book, directory, translator } = this;
    const report = (error: unknown) => this.reported.push(error);
    const trust = foreign && readForeignTrust(book.links, foreign.parts);
    const sending = trust ? withSecondSigning(() => this.transport, { trust, store: foreign.store, clock, report }) : () => this.transport;
    this.relays = new Relays(book.links, sending, {
      gateway: 'LBG',
      directory,
      ...(stops && { stops }),
      signers: { current: () => this.ours ?? this.signers['LBG']! },
      store,
      clock,
      random: () => 0.5,
      pass: () => undefined,
      report: (error) => this.reported.push(error),
      inDoubtSeconds: 2,
      pollMilliseconds: 5,
    });
    this.pipeline = new InboundPipeline({
      book,
      directory,
      signers: { current: () => this.ours ?? this.signers['LBG']! },
      keys: {
        take: (delivery) => Promise.resolve({ kind: 'unproven', delivery, code: 'SIGNATURE_INVALID', reason: 'NO_KEYS' }),
        catchUp: () => Promise.resolve(false),
      },
      reconciler: { take: (delivery, link, now) => this.reconciler.take(delivery, link, now) },
      translator,
      project: () => [],
      ...(aside && { aside }),
      ...(audit && { audit }),
      ...(trust && { foreign: trust }),
      store,
      // One place for all: a turn that is not given back holds everything up.
      fair: new FairTurns({ shareOf: () => 1, now: () => 0, places: 1 }),
      relays: this.relays,
      clock,
      admit: () => this.admit(),
      referenceDataVersion: 'test',
      orders: this.orders,
      retryMilliseconds: 1,
      pass: () => undefined,
      report: (error) => this.reported.push(error),
    });
  }

  #makeKeys(): void {
    for (const party of ['LBG', 'LSW', 'KEG', 'EVE']) {
      const signer = new LocalSigner(generateKey('ES256'));
      this.signers[party] = signer;
      this.directory.importTrusted({
        profile: 'LB-PROTO-1',
        party,
        version: 1,
        issued: this.clock.now().toISOString(),
        keys: [directoryKey(signer.jwk, { from: new Date(0) })],
      });
    }
  }

  async start(): Promise<this> {
    await this.pipeline.start();
    this.relays.start(5);
    await waitFor(() => this.book.links.every(({ id }) => this.relays.of(id)?.held));
    return this;
  }

  stop(): Promise<void> {
    return this.relays.stop();
  }

  /** What a receipt of the gateway says, once it proves to be one. */
  receiptIn(jws: Buffer | undefined): Receipt {
    const opened = openReceipt(jws!, this.directory, { now: this.clock.now(), issuer: 'LBG' });
    if (!opened.ok) throw new TypeError(opened.reason);
    return opened.receipt;
  }

  /** A message as a partner seals it. */
  seal(
    from: string,
    content: unknown,
    fields: {
      messageId?: string;
      to?: string;
      signer?: Signer;
      notAfter?: Date;
      test?: boolean;
      further?: Part;
      files?: Record<string, Buffer>;
      businessKeys?: readonly { readonly type: string; readonly value: string }[];
    } = {},
  ): SealedMessage {
    const now = this.clock.now();
    const link = this.#sequence.get(from) ?? { sequence: 1 };
    const sealed = sealMessage(
      {
        messageId: fields.messageId ?? newMessageId(now),
        conversationId: 'conversation',
        from: { party: from },
        to: { party: fields.to ?? 'LBG' },
        messageType: { type: 'NOTE', version: '1' },
        created: now.toISOString(),
        notAfter: (fields.notAfter ?? new Date(now.getTime() + 3_600_000)).toISOString(),
        priority: 'B',
        test: fields.test ?? false,
        link,
        businessKeys: [...(fields.businessKeys ?? [])],
      },
      [
        {
          name: fields.files?.['document'] ? 'original' : 'document',
          mediaType: 'application/json',
          charset: 'utf-8',
          bytes: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
        },
        ...(fields.further ? [fields.further] : []),
        ...Object.entries(fields.files ?? {}).map(([name, bytes]) => ({ name, mediaType: 'application/pdf', bytes })),
      ],
      fields.signer ?? this.signers[from]!,
      now,
    );
    this.#sequence.set(from, { sequence: link.sequence + 1, previous: sealed.manifestDigest });
    return sealed;
  }

  delivery(link: string, frame: Buffer): InboundDelivery {
    return { link, frame, receivedAt: this.clock.now(), redelivered: false };
  }

  /** Takes frames in as one batch, and waits for what leaves it too. */
  async receive(link: string, ...frames: readonly Buffer[]): Promise<readonly InboundOutcome[]> {
    return settled(await this.pipeline.receive(frames.map((frame) => this.delivery(link, frame))));
  }

  /** What a partner gets out of a frame of ours; throws when it does not verify. */
  opened(frame: Buffer, party: string) {
    const verdict = verifyMessage(frame, this.directory, { addressee: party, sender: 'LBG', test: false, now: this.clock.now() });
    if (!verdict.ok) throw new TypeError(`not verified: ${verdict.reason}`);
    return verdict;
  }

  /** A partner's receipt about a frame of ours. */
  receiptFor(frame: Buffer, party: string, fields: Omit<ReceiptFields, 'issuedAt'>): Buffer {
    return sealReceipt(this.opened(frame, party), { ...fields, issuedAt: this.clock.now() }, this.signers[party]!).jws;
  }
}

/** Outcomes of all replies, the late ones awaited. */
export const settled = (replies: readonly InboundReply[]): Promise<readonly InboundOutcome[]> =>
  Promise.all(replies.map((reply) => (isLater(reply) ? reply.later : reply)));

export async function waitFor(condition: () => unknown, what = 'condition'): Promise<void> {
  for (let i = 0; i < 2_000; i += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new TypeError(`waited in vain for ${what}`);
}

export { decodeFrame, ERRORS };
