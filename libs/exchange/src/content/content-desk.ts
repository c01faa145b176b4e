import { ExchangeError } from '#model';
import type { DecodedMessage, Difference, Translator } from '#formats';
import type { ManifestPart } from '#trust';
import { actorName, type Actor } from '../access/actor.ts';
import type { AgreementBook } from '../agreement-book.ts';
import { ASIDE_BYTES } from '../ports/aside.port.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { MessageDetail, MessageView } from '../ports/message-view.port.ts';
import { readKept } from '../replay/kept.ts';
import { compareContent, maskedContent, readContent, textOf, type ReadContent } from './content.ts';

export interface ContentDeskOptions {
  readonly view: Pick<MessageView, 'detail'>;
  readonly book: AgreementBook;
  readonly translator: Translator;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
}

/** A message id goes in and out at once where a partner's message is passed on under it. */
export interface ContentChoice {
  readonly messageId: string;
  readonly direction?: 'in' | 'out';
}

export interface MessageContent extends ReadContent {
  readonly messageId: string;
  readonly direction: 'in' | 'out';
  readonly partner: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** `whole`: every value is there. `masked`: only what everybody may see. `removed`: purged. `large`: to be downloaded, it is not read here. */
  readonly state: 'whole' | 'masked' | 'removed' | 'large';
  /** The document itself, of whole content. */
  readonly text?: string;
  readonly textCut?: boolean;
}

export interface ContentDifference {
  readonly before: { readonly messageId: string; readonly direction: 'in' | 'out'; readonly canonicalType?: string };
  readonly after: { readonly messageId: string; readonly direction: 'in' | 'out'; readonly canonicalType?: string };
  readonly masked: boolean;
  readonly differences: readonly (Difference & { readonly message: number })[];
  readonly more: number;
}

const MAX_DIFFERENCES = 2_000;
const NOTHING: ReadContent = { fields: [], more: 0, issues: [] };

/**
 * Shows people what messages say. Whoever has no right to payloads sees the structure, the codes and the numbers a message is
 * found by; a payload is shown to those who have the right, or who give a reason. Either is on record before it is shown.
 */
export class ContentDesk {
  constructor(private readonly options: ContentDeskOptions) {}

  /** Throws NOT_FOUND for what is not within the actor's scope. */
  async content(by: Actor, choice: ContentChoice): Promise<MessageContent> {
    const found = await this.#kept(by, choice);
    if (!by.rights.has('payloads.read')) return this.#read(found, false);
    await this.#record(by, 'payload.view', found.detail);
    return this.#read(found, true);
  }

  /** Break-glass: one payload, whole, for a reason that is kept. */
  async reveal(by: Actor, choice: ContentChoice, reason: string): Promise<MessageContent> {
    const found = await this.#kept(by, choice);
    await this.#record(by, 'payload.reveal', found.detail, reason);
    return this.#read(found, true);
  }

  /** What the second says otherwise than the first, in canonical terms. Values only with the right to payloads. */
  async compare(by: Actor, first: ContentChoice, second: ContentChoice): Promise<ContentDifference> {
    const [before, after] = [await this.#kept(by, first), await this.#kept(by, second)];
    const open = by.rights.has('payloads.read');
    if (open) for (const { detail } of [before, after]) await this.#record(by, 'payload.view', detail);
    const [a, b] = [this.#decode(before), this.#decode(after)];
    const differences = compareContent(a, b, open);
    const side = ({ detail }: Kept, decoded: readonly DecodedMessage[]) => ({
      messageId: detail.messageId,
      direction: detail.direction,
      ...(decoded[0] && { canonicalType: decoded[0].canonicalType }),
    });
    return {
      before: side(before, a),
      after: side(after, b),
      masked: !open,
      differences: differences.slice(0, MAX_DIFFERENCES),
      more: Math.max(0, differences.length - MAX_DIFFERENCES),
    };
  }

  async #kept(by: Actor, { messageId, direction }: ContentChoice): Promise<Kept> {
    const details = await this.options.view.detail(by.scope, messageId);
    const detail = details.find((one) => direction === undefined || one.direction === direction);
    if (!detail) throw new ExchangeError('NOT_FOUND');
    const { manifest, parts } = readKept(detail.frame);
    const [part] = parts;
    return { detail, document: part?.bytes, part: manifest.parts[0] };
  }

  #read({ detail, document, part }: Kept, open: boolean): MessageContent {
    const { messageId, direction, partner, link } = detail;
    const about = { messageId, direction, partner, mediaType: part?.mediaType ?? '', bytes: part?.byteLength ?? 0 };
    if (!document) return { ...NOTHING, ...about, state: 'removed' };
    if (document.length >= ASIDE_BYTES) return { ...NOTHING, ...about, state: 'large' };
    const content = readContent(document, this.options.book.link(link), this.options.translator);
    if (!open) return { ...maskedContent(content), ...about, state: 'masked' };
    const text = textOf(document, content.charset ?? part?.charset);
    return { ...content, ...about, state: 'whole', ...(text && { text: text.text, textCut: text.cut }) };
  }

  #decode({ detail, document }: Kept): readonly DecodedMessage[] {
    if (!document) throw new ExchangeError('NOT_FOUND', { detail: 'The document of one of them was removed.' });
    if (document.length >= ASIDE_BYTES)
      throw new ExchangeError('TOO_LARGE', {
        detail: 'One of the documents is too large to be compared here; download both and use landbridge diff.',
      });
    const link = this.options.book.link(detail.link);
    return this.options.translator.decode(document, { ...(link && { charsets: link.charsets }) }).messages;
  }

  #record(by: Actor, action: string, { direction, sender, messageId }: MessageDetail, reason?: string): Promise<void> {
    const subject = direction === 'in' ? `in:${sender}/${messageId}` : `out:${messageId}`;
    const { clock, audit } = this.options;
    return audit.append({ actor: actorName(by), action, subject, at: clock.now(), ...(reason !== undefined && { reason }) });
  }
}

interface Kept {
  readonly detail: MessageDetail;
  readonly document: Buffer | undefined;
  readonly part: ManifestPart | undefined;
}
