import { ExchangeError } from '#model';
import type { Translator } from '#formats';
import type { ManifestPart } from '#trust';
import { actorName, type Actor } from '../access/actor.ts';
import type { AgreementBook } from '../agreement-book.ts';
import { ASIDE_BYTES } from '../ports/aside.port.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { MessageDetail, MessageView } from '../ports/message-view.port.ts';
import { readKept } from '../replay/kept.ts';
import { compareForms, type FormDifference, type Side } from './comparison.ts';
import { maskedContent, readContent, textOf, type ReadContent } from './content.ts';
import { layOut, type ContentForm, type FormSource } from './forms.ts';

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

/** One form of one message. */
export interface FormChoice extends ContentChoice {
  readonly form: ContentForm;
}

interface ComparedSide {
  readonly messageId: string;
  readonly direction: 'in' | 'out';
  readonly form: ContentForm;
  readonly canonicalType?: string;
  /** The form as text, one value a line. */
  readonly text: string;
}

export interface ContentDifference {
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  readonly masked: boolean;
  /** The two have no places in common; only their texts can be looked at. */
  readonly unrelated: boolean;
  readonly differences: readonly FormDifference[];
  readonly more: number;
}

const MAX_DIFFERENCES = 2_000;
const NOTHING: ReadContent = { fields: [], more: 0, issues: [] };
const NO_BYTES = Buffer.alloc(0);
const bothWays = (form: ContentForm, source: FormSource, translator: Translator) => ({
  whole: layOut(form, source, translator, true),
  masked: layOut(form, source, translator, false),
});

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

  /** What the second says otherwise than the first. Values only with the right to payloads, or for a reason; either is on record first. */
  async compare(by: Actor, first: FormChoice, second: FormChoice, reason?: string): Promise<ContentDifference> {
    const [before, after] = [await this.#kept(by, first), await this.#kept(by, second)];
    const open = reason !== undefined || by.rights.has('payloads.read');
    const action = reason === undefined ? 'payload.view' : 'payload.reveal';
    const both = before.detail.messageId === after.detail.messageId && before.detail.direction === after.detail.direction;
    if (open) for (const { detail } of both ? [before] : [before, after]) await this.#record(by, action, detail, reason);
    const [a, b] = [this.#side(before, first.form), this.#side(after, second.form)];
    const differences = compareForms(a, b, { same: both, open });
    const shown = ({ detail }: Kept, { form, whole, masked, messages }: Side): ComparedSide => ({
      messageId: detail.messageId,
      direction: detail.direction,
      form,
      ...(messages[0] && { canonicalType: messages[0].canonicalType }),
      text: (open ? whole : masked).text,
    });
    return {
      before: shown(before, a),
      after: shown(after, b),
      masked: !open,
      unrelated: differences === undefined,
      differences: differences?.slice(0, MAX_DIFFERENCES) ?? [],
      more: Math.max(0, (differences?.length ?? 0) - MAX_DIFFERENCES),
    };
  }

  async #kept(by: Actor, { messageId, direction }: ContentChoice): Promise<Kept> {
    const details = await this.options.view.detail(by.scope, messageId);
    const detail = details.find((one) => direction === undefined || one.direction === direction);
    if (!detail) throw new ExchangeError('NOT_FOUND');
    const { manifest, manifestBytes, parts } = readKept(detail.frame);
    const [part] = parts;
    return { detail, manifestBytes, document: part?.bytes, part: manifest.parts[0] };
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

  /** A form laid out, with what the document says where it is about that. */
  #side({ detail, manifestBytes, document, part }: Kept, form: ContentForm): Side {
    const { book, translator } = this.options;
    const link = book.link(detail.link);
    const about = form === 'document' || form === 'canonical';
    const source = { manifestBytes, receipts: detail.receipts, document: NO_BYTES, charset: part?.charset, link };
    if (!about) return { form, ...bothWays(form, source, translator), read: NOTHING, messages: [] };
    if (!document) throw new ExchangeError('NOT_FOUND', { detail: 'The document of one of them was removed.' });
    if (document.length >= ASIDE_BYTES)
      throw new ExchangeError('TOO_LARGE', {
        detail: 'One of the documents is too large to be compared here; download both and use landbridge diff.',
      });
    const read = readContent(document, link, translator);
    const { messages } = translator.decode(document, { ...(link && { charsets: link.charsets, link: link.id }) });
    return { form, ...bothWays(form, { ...source, document }, translator), read, messages };
  }

  #record(by: Actor, action: string, { direction, sender, messageId }: MessageDetail, reason?: string): Promise<void> {
    const subject = direction === 'in' ? `in:${sender}/${messageId}` : `out:${messageId}`;
    const { clock, audit } = this.options;
    return audit.append({ actor: actorName(by), action, subject, at: clock.now(), ...(reason !== undefined && { reason }) });
  }
}

interface Kept {
  readonly detail: MessageDetail;
  readonly manifestBytes: Buffer;
  readonly document: Buffer | undefined;
  readonly part: ManifestPart | undefined;
}
