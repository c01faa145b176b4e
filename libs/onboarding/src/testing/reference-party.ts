/** The smallest party that keeps LB-PROTO-1, in memory, with faults to plant: what the suite is tried against. */
import {
  answerReconciliation,
  decodeFrame,
  derivedMessageId,
  encodeFrame,
  openKeyStatement,
  openQuery,
  openReconciliation,
  parseManifest,
  sealAnswer,
  sealReceipt,
  sha256,
  signKeyStatement,
  verifyMessage,
  type BodyKind,
  type KeyDirectory,
  type ReceiptFields,
  type Signer,
  type VerifiedMessage,
} from '#trust';
import type { Issue } from '#model';
import { EndpointUnderTest, type TransportAnswer } from '../conformance/index.ts';

/** Mistakes that real partners made, one at a time (lessons-from-peers §2). */
export type Fault =
  | 'does not verify signatures'
  | 'accepts any key of the message'
  | 'verifies JSON printed again'
  | 'ignores the addressee'
  | 'ignores parts'
  | 'new receipt for a duplicate'
  | 'receipt about printed-again octets'
  | 'receipt without parts'
  | 'receipt before reading'
  | 'accepts everything'
  | 'always says it has it'
  | 'ignores lateness'
  | 'mixes test and production'
  | 'overwrites the same id'
  | 'never forgets keys'
  | 'loses every tenth message';

export interface ReferencePartyOptions {
  readonly party: string;
  readonly peer: string;
  readonly link: string;
  readonly signer: Signer;
  readonly directory: KeyDirectory;
  readonly test: boolean;
  readonly now: () => Date;
  readonly understand: (document: Buffer) => readonly Issue[];
  readonly fault?: Fault | undefined;
}

interface Held {
  readonly manifestDigest: string;
  readonly sequence: number;
  readonly receipt: Buffer;
}

export class ReferenceParty extends EndpointUnderTest {
  readonly tellsAtOnce = false;
  readonly #options: ReferencePartyOptions;
  readonly #held = new Map<string, Held>();
  /** A copy of what was known at first, for the party that never learns that a key was retired. */
  readonly #first: KeyDirectory;
  #listener: ((body: Buffer) => Promise<void>) | undefined;
  #count = 0;

  constructor(options: ReferencePartyOptions, first: KeyDirectory) {
    super();
    this.#options = options;
    this.#first = first;
  }

  onBody(listener: (body: Buffer) => Promise<void>): void {
    this.#listener = listener;
  }
  override async cut(body: Buffer): Promise<void> {
    await this.send(body, 'message');
  }
  close(): Promise<void> {
    return Promise.resolve();
  }

  async send(body: Buffer, kind: BodyKind): Promise<TransportAnswer> {
    if (kind === 'message') await this.#message(body);
    if (kind === 'query') await this.#query(body);
    if (kind === 'keys') await this.#keys(body);
    if (kind === 'reconciliation') await this.#reconcile(body);
    return { taken: true };
  }

  #has(...faults: Fault[]): boolean {
    return this.#options.fault !== undefined && faults.includes(this.#options.fault);
  }

  #directory(): KeyDirectory {
    return this.#has('never forgets keys') ? this.#first : this.#options.directory;
  }

  async #message(body: Buffer): Promise<void> {
    const opened = this.#open(body);
    if (!opened) return;
    const { message, code } = opened;
    if (this.#has('loses every tenth message') && ++this.#count % 10 === 0) return;
    const { messageId, link } = message.manifest;
    const known = this.#held.get(messageId);
    if (known && known.manifestDigest !== message.manifestDigest && !this.#has('overwrites the same id')) return;
    if (known && known.manifestDigest === message.manifestDigest && !this.#has('new receipt for a duplicate'))
      return this.#out(known.receipt);
    const document = message.parts[0]?.bytes ?? Buffer.alloc(0);
    const found = this.#has('accepts everything', 'receipt before reading') ? [] : this.#options.understand(document);
    const issues: readonly Issue[] =
      code === undefined ? found : [{ code, severity: 'error', pointer: '/manifest', message: code } as Issue];
    const refused = issues.some(({ severity }) => severity === 'error');
    const receipt = this.#receipt(message, {
      levels: this.#has('receipt before reading') ? ['R1'] : ['R1', 'R2'],
      status: this.#has('receipt before reading') ? 'stored' : refused ? 'refused' : 'valid',
      issues: this.#has('receipt before reading') ? [] : issues,
      issuedAt: this.#options.now(),
      ...(this.#has('new receipt for a duplicate') ? {} : { receiptId: derivedMessageId(messageId, 'receipt', this.#options.party) }),
    });
    this.#held.set(messageId, { manifestDigest: message.manifestDigest, sequence: link.sequence, receipt });
    await this.#out(receipt);
  }

  #open(body: Buffer): { message: VerifiedMessage; code?: string } | undefined {
    const { party, peer, test, now, directory } = this.#options;
    const expected = { addressee: party, sender: peer, test, now: now() };
    const verdict = verifyMessage(body, this.#directory(), expected);
    if (verdict.ok) return { message: verdict };
    if (verdict.authentic) {
      const forgiven =
        (verdict.code === 'MESSAGE_EXPIRED' && this.#has('ignores lateness')) ||
        (verdict.code === 'TEST_PRODUCTION_MIXED' && this.#has('mixes test and production'));
      return { message: verdict.authentic, ...(forgiven ? {} : { code: verdict.code }) };
    }
    if (this.#has('ignores the addressee') && verdict.reason === 'ADDRESSEE') return this.#believe(body);
    if (this.#has('ignores parts') && verdict.reason.startsWith('PART_')) return this.#believe(body);
    if (this.#has('does not verify signatures') && verdict.reason === 'SIGNATURE_WRONG') return this.#believe(body);
    if (this.#has('accepts any key of the message') && (verdict.reason === 'HEADER_MEMBER_REFUSED' || verdict.reason === 'KEY_UNKNOWN'))
      return this.#believe(body);
    if (this.#has('verifies JSON printed again') && verdict.reason === 'SIGNATURE_WRONG') {
      const frame = decodeFrame(body);
      if (!frame.ok) return undefined;
      const [head, payload, signature] = frame.jws.toString('latin1').split('.') as [string, string, string];
      const again = Buffer.from(JSON.stringify(JSON.parse(Buffer.from(payload, 'base64url').toString()))).toString('base64url');
      const repaired = verifyMessage(encodeFrame({ ...frame, jws: Buffer.from([head, again, signature].join('.')) }), directory, expected);
      return repaired.ok ? this.#believe(body) : undefined;
    }
    return undefined;
  }

  /** What a party makes of a message that never looked. */
  #believe(body: Buffer): { message: VerifiedMessage } | undefined {
    const frame = decodeFrame(body);
    const payload = frame.ok ? Buffer.from(frame.jws.toString('latin1').split('.')[1] ?? '', 'base64url') : undefined;
    const loose = payload && parseManifest(Buffer.from(JSON.stringify(JSON.parse(payload.toString('utf8')))));
    if (!frame.ok || !payload || !loose?.ok) return undefined;
    const parts = loose.manifest.parts.map((part) => ({
      ...part,
      bytes: frame.parts.find(({ name }) => name === part.name)?.bytes ?? Buffer.alloc(0),
    }));
    return {
      message: {
        manifest: loose.manifest,
        manifestBytes: payload,
        manifestDigest: sha256(payload),
        jws: frame.jws,
        jwsDigest: sha256(frame.jws),
        kid: '',
        parts,
      } as unknown as VerifiedMessage,
    };
  }

  #receipt(message: VerifiedMessage, fields: ReceiptFields): Buffer {
    const { manifest } = message;
    const about = {
      ...message,
      manifest: this.#has('receipt without parts') ? { ...manifest, parts: manifest.parts.slice(0, 1) } : manifest,
      jwsDigest: this.#has('receipt about printed-again octets')
        ? sha256(Buffer.from(`${message.jws.toString('latin1')}\n`))
        : message.jwsDigest,
    };
    return sealReceipt(about, fields, this.#options.signer).jws;
  }

  async #query(body: Buffer): Promise<void> {
    const { party, peer, now, signer } = this.#options;
    const asked = openQuery(body, this.#directory(), { from: peer, to: party, now: now() });
    if (!asked.ok) return;
    const held = this.#held.get(asked.query.about.messageId);
    const same = held && (held.manifestDigest === asked.query.about.manifestDigest || this.#has('always says it has it'));
    const anything = this.#has('always says it has it') ? [...this.#held.values()].slice(0, 1).map(({ receipt }) => receipt) : [];
    await this.#out(sealAnswer(asked, same ? [held.receipt] : anything, signer, now()));
  }

  async #keys(body: Buffer): Promise<void> {
    const { party, peer, now, signer, directory } = this.#options;
    const opened = openKeyStatement(body, directory, { from: peer, to: party, now: now() });
    const answer = opened.ok ? opened.statement.ask : undefined;
    const taken = opened.ok ? undefined : directory.importSigned(body, now());
    if (answer === undefined && !taken?.ok) return;
    await this.#out(signKeyStatement({ from: party, to: peer, answer }, directory, signer, now()).jws);
  }

  async #reconcile(body: Buffer): Promise<void> {
    const { party, peer, now, signer, directory } = this.#options;
    const opened = openReconciliation(body, directory, { from: peer, to: party, now: now() });
    if (opened.ok) await this.#out(answerReconciliation(opened, { sent: [], received: this.#held.values() }, signer, now()));
  }

  async #out(body: Buffer): Promise<void> {
    await this.#listener?.(body);
  }
}
