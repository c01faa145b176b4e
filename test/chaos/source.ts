import { setTimeout as sleep } from 'node:timers/promises';
import type { PartnerEndpoint } from '#adapters';
import type { Translator } from '#formats';
import type { Agreements } from '#model';
import {
  newMessageId,
  partDigests,
  sealMessage,
  sha256,
  verifyReceipt,
  type KeyDirectory,
  type ReceiptExpected,
  type Signer,
} from '#trust';
import { noteDocument } from './note.ts';
import type { PartyJournal } from './party-journal.ts';
import type { PartyRotation } from './party-rotation.ts';
import { NO_STATUS, type PartyStatus } from './party-settings.ts';
import type { Random } from './random.ts';
import type { SendQueue } from './send-queue.ts';

export interface SourceOptions {
  readonly party: string;
  readonly agreements: Agreements;
  readonly signer: Signer;
  readonly directory: KeyDirectory;
  readonly translator: Translator;
  readonly endpoint: PartnerEndpoint;
  readonly queue: SendQueue;
  readonly rotation: PartyRotation;
  readonly journal: PartyJournal;
  readonly random: Random;
  readonly rate: number;
  readonly keys: readonly string[];
}

interface Pending {
  readonly frame: Buffer;
  readonly expected: ReceiptExpected;
  /** The key that signed it: in use until the receipt is here. */
  readonly kid: string;
  accepted: boolean;
}

const TYPE = { type: 'canonical/json', version: '1' };
/** Repeated at once although confirmed, as partners do whose own journal lost the confirm. */
const NEEDLESS_REPEAT = 0.04;
/** Most messages offered and not receipted. */
const UNANSWERED = 150;
/** After a reconnect, how often the source asks again about everything it holds no receipt for. */
const ASKS_AGAIN = 0.5;

/** Sends revisions of consignment notes in order, resends what it holds no proof of, and keeps a journal of both. */
export class Source {
  readonly #options: SourceOptions;
  readonly #queue: SendQueue;
  readonly #revisions = new Map<string, number>();
  readonly #pending = new Map<string, Pending>();
  readonly #receipted = new Set<string>();
  #head = { sequence: 0, manifestDigest: '' };
  #counts = { offered: 0, expected: 0, accepted: 0 };
  #finishing = false;
  #offering: Promise<void> | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#queue = options.queue;
  }

  start(): void {
    const { endpoint, rotation } = this.#options;
    endpoint.onFrame((jws, { kind }) => (kind === 'keys' ? rotation.take(jws) : this.#takeReceipt(jws)));
    rotation.start((kid) => [...this.#pending.values()].some((pending) => pending.kid === kid));
    this.#offering = this.#offer();
  }

  /** Offers nothing new from now on. */
  async finish(): Promise<void> {
    this.#finishing = true;
    await this.#offering;
  }

  status(): PartyStatus {
    const { journal, rotation } = this.#options;
    return {
      ...NO_STATUS,
      ...rotation.status(),
      ...this.#counts,
      receipted: this.#receipted.size,
      waiting: this.#queue.length,
      lines: journal.lines,
    };
  }

  async #offer(): Promise<void> {
    const { rate, random, keys } = this.#options;
    for (let due = Date.now(); !this.#finishing; due += 1000 / rate) {
      await sleep(Math.max(0, due - Date.now()));
      // A source that hears nothing for long stops making new documents: what piles up must be gone soon after the last fault.
      if (this.#pending.size >= UNANSWERED) continue;
      await this.#offerOne(random.pick(keys));
    }
  }

  async #offerOne(key: string): Promise<void> {
    const { party, journal, agreements, signer } = this.#options;
    const now = new Date();
    const { kid } = signer;
    const revision = (this.#revisions.get(key) ?? 0) + 1;
    const bytes = noteDocument(key, revision, this.#counts.offered + 1, now);
    const messageId = newMessageId(now);
    const sequence = this.#head.sequence + 1;
    const sealed = sealMessage(
      {
        messageId,
        conversationId: key,
        from: { party },
        to: { party: agreements.gateway },
        messageType: TYPE,
        created: now.toISOString(),
        notAfter: new Date(now.getTime() + 24 * 3_600_000).toISOString(),
        priority: 'B',
        test: false,
        link: sequence === 1 ? { sequence } : { sequence, previous: this.#head.manifestDigest },
        businessKeys: [{ type: 'note', value: key }],
      },
      [{ name: 'document', mediaType: 'application/json', charset: 'UTF-8', bytes }],
      signer,
      now,
    );
    const expected = this.#translations(bytes);
    await journal.write({ event: 'offered', messageId, key, revision, expected });
    this.#revisions.set(key, revision);
    this.#head = { sequence, manifestDigest: sealed.manifestDigest };
    this.#counts.offered += 1;
    this.#counts.expected += Object.keys(expected).length;
    const about = { messageId, from: party, to: agreements.gateway, jwsDigest: sealed.jwsDigest, parts: partDigests(sealed.manifest) };
    this.#pending.set(messageId, { frame: sealed.frame, expected: about, kid, accepted: false });
    this.#send(messageId, false);
  }

  /** What each receiver must get, worked out here and not asked of the gateway. */
  #translations(bytes: Buffer): Record<string, string> {
    const { translator, agreements, party } = this.#options;
    const [decoded] = translator.decode(bytes).messages;
    const routes = agreements.routes.filter(({ from }) => from === party);
    return Object.fromEntries(
      routes.flatMap(({ to, messageType }) => {
        const choice = agreements.links.find(({ partner }) => partner === to)?.formats[messageType];
        return decoded && choice ? [[to, sha256(translator.encode(decoded.message, choice).bytes)]] : [];
      }),
    );
  }

  #send(messageId: string, again: boolean): void {
    const { journal, random } = this.#options;
    const pending = this.#pending.get(messageId);
    if (!pending) return;
    const confirmed = async (attempt: number): Promise<void> => {
      await journal.write({ event: 'accepted', messageId, attempt });
      if (!pending.accepted) this.#counts.accepted += 1;
      pending.accepted = true;
      if (!again && random.chance(NEEDLESS_REPEAT)) this.#send(messageId, true);
    };
    this.#queue.push({ kind: 'message', frame: pending.frame, messageId, type: TYPE.type }, confirmed, again);
  }

  /** The connection is back: what is confirmed and has no receipt yet may be asked about again, in order. */
  reconnected(): void {
    if (!this.#options.random.chance(ASKS_AGAIN)) return;
    for (const [messageId, { accepted }] of this.#pending) if (accepted) this.#send(messageId, true);
  }

  async #takeReceipt(jws: Buffer): Promise<void> {
    const { directory, journal, agreements } = this.#options;
    const now = new Date();
    for (const [messageId, { expected }] of this.#candidates(jws)) {
      const opened = verifyReceipt(jws, directory, { ...expected, now });
      if (!opened.ok) break;
      const { levels, status } = opened.receipt;
      await journal.write({ event: 'receipted', messageId, levels, status });
      this.#receipted.add(messageId);
      this.#pending.delete(messageId);
      return;
    }
    if (!this.#receipted.has(claimedAbout(jws))) await journal.write({ event: 'unproven', code: `RECEIPT_OF_${agreements.gateway}` });
  }

  #candidates(jws: Buffer): [string, Pending][] {
    const messageId = claimedAbout(jws);
    const pending = this.#pending.get(messageId);
    return pending ? [[messageId, pending]] : [];
  }

  /** No new key any more. */
  settle(): void {
    this.#options.rotation.settle();
  }

  async stop(): Promise<void> {
    await this.#options.rotation.stop();
    await this.finish();
    await this.#queue.stop();
    await this.#options.endpoint.close();
    await this.#options.journal.close();
  }
}

/** Which message a receipt speaks of, by its own word: only to find what it must be verified against. */
function claimedAbout(jws: Buffer): string {
  try {
    const payload = JSON.parse(Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      about?: { messageId?: string };
    };
    return payload.about?.messageId ?? '';
  } catch {
    return '';
  }
}
