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
  type ReceiptFields,
  type SealedMessage,
  type Signer,
} from '#trust';
import { AgreementBook } from '../agreement-book.ts';
import { Clock } from '../ports/clock.port.ts';
import type { ExchangeStore } from '../ports/exchange-store.port.ts';
import {
  Transport,
  type InboundDelivery,
  type LinkCondition,
  type OutboundItem,
  type ReceiveBatch,
  type SendOutcome,
} from '../ports/transport.port.ts';
import { InboundPipeline } from '../pipeline.ts';
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

/** Speaks a toy format: JSON `{ note, text, faults? }`. Everything else is FORMAT_UNKNOWN. */
export class TestTranslator implements Translator {
  readonly mappings = [];
  encodeFailure: ErrorCode | undefined;
  detect() {
    return { issues: [] };
  }
  decode(bytes: Buffer): Decoded {
    const nothing = { syntax: 'json' as const, charset: 'utf-8', messages: [] };
    let content: { note: string; text: string; faults?: Issue[] };
    try {
      content = JSON.parse(bytes.toString('utf8')) as typeof content;
    } catch {
      return { ...nothing, issues: [issue('JSON_MALFORMED', 'line 1')] };
    }
    const message = {
      model: MODEL_VERSION,
      type: 'RailConsignmentNote',
      header: { messageId: content.note, functionCode: { value: '9', listId: 'UN-1225' } },
      transportContractDocument: { id: content.note },
      transportRemark: [content.text],
    } as CanonicalMessage;
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
          locate: (pointer) => pointer,
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

const agreements = Agreements.parse({
  gateway: 'LBG',
  parties: ['LBG', 'LSW', 'KEG', 'EVE'].map((key) => ({ key, country: 'CN', name: { en: key } })),
  links: [
    { id: 'lsw', partner: 'LSW', transport: 'amqp' },
    { id: 'keg', partner: 'KEG', transport: 'amqp', formats: { RailConsignmentNote: { mapping: 'test/out' } } },
    { id: 'eve', partner: 'EVE', transport: 'amqp' },
  ],
  routes: [{ from: 'LSW', messageType: 'RailConsignmentNote', to: 'KEG' }],
});

export class World {
  readonly clock = new TestClock();
  readonly transport = new TestTransport();
  readonly translator = new TestTranslator();
  readonly directory = new KeyDirectory();
  readonly signers: Record<string, Signer> = {};
  readonly book = new AgreementBook(agreements, { mappings: new Set(['test/out']), projections: new Set() });
  readonly reported: unknown[] = [];
  readonly store: ExchangeStore;
  readonly relays: Relays;
  readonly pipeline: InboundPipeline;
  #sequence = new Map<string, { sequence: number; previous?: string }>();

  constructor(store: ExchangeStore = new InMemoryExchangeStore()) {
    this.store = store;
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
    const { clock, book, directory, translator } = this;
    this.relays = new Relays(book.links, () => this.transport, {
      store,
      clock,
      random: () => 0.5,
      pass: () => undefined,
      report: (error) => this.reported.push(error),
      inDoubtSeconds: 2,
      pollMilliseconds: 5,
    });
    const signer = this.signers['LBG']!;
    this.pipeline = new InboundPipeline({
      book,
      directory,
      signer,
      translator,
      project: () => [],
      store,
      relays: this.relays,
      clock,
      referenceDataVersion: 'test',
      pass: () => undefined,
      report: (error) => this.reported.push(error),
    });
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

  /** A message as a partner seals it. */
  seal(
    from: string,
    content: unknown,
    fields: { messageId?: string; to?: string; signer?: Signer; notAfter?: Date; test?: boolean } = {},
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
        businessKeys: [],
      },
      [
        {
          name: 'document',
          mediaType: 'application/json',
          charset: 'utf-8',
          bytes: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
        },
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

export async function waitFor(condition: () => unknown, what = 'condition'): Promise<void> {
  for (let i = 0; i < 2_000; i += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new TypeError(`waited in vain for ${what}`);
}

export { decodeFrame, ERRORS };
