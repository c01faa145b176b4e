import {
  type InboundOutcome,
  type LinkCondition,
  type OutboundItem,
  type ReceiveBatch,
  type SendOutcome,
  type Signers,
  Transport,
} from '#exchange';
import { type ErrorCode, ExchangeError, type Link, type Push } from '#model';
import { bodyKind, MEDIA_TYPES, type BodyKind } from '#trust';
import { guardedPost, isCallable, PostFailure, type PostAnswer } from '../outbound/guarded-post.ts';
import type { OutboundGuard } from '../outbound/outbound-guard.ts';
import { PostedFrames, type PostedFramesOptions } from '../posted/posted-frames.ts';
import { signRequest } from './http-signature.ts';
import { webhookBody, webhookHeaders } from './standard-webhook.ts';

export interface PushTransportOptions extends PostedFramesOptions {
  readonly guard: OutboundGuard;
  readonly signers: Signers;
  /** Secrets of Standard Webhooks by link; several while a receiver changes over. */
  readonly secrets: ReadonlyMap<string, readonly string[]>;
  /** Pause after a receiver was not reached; doubles up to `unreachableCapMs`. */
  readonly unreachableMs?: number;
  readonly unreachableCapMs?: number;
  readonly closeMs?: number;
}

interface Target {
  link: Link;
  push: Push;
  url: URL;
  secrets: readonly string[];
  up: boolean;
  failures: number;
  pause?: NodeJS.Timeout;
}

/** A receipt or an answer may stand in the answer to a request. */
const MAX_ANSWER = 8 * 1024 * 1024;
const INLINE = new Set<BodyKind>(['receipt', 'answer']);

/**
 * Carries links over HTTPS in both directions as requests (contract: Transport; rules: LB-PROTO-2 §5). Out: one request a frame, in order; taken is what was answered
 * with 2xx, which the receiver gives after it has stored the frame. In: the controller hands signed requests to `take`. Only addresses that the guard lets through are called.
 */
export class PushTransport extends Transport {
  readonly kind = 'push';
  override readonly answersAtOnce = true;
  readonly posted: PostedFrames;
  private readonly targets = new Map<string, Target>();
  private readonly upListeners: ((link: string) => void)[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private receive: ReceiveBatch = () => Promise.reject(new ExchangeError('OVERLOADED'));
  private closed = false;

  constructor(private readonly options: PushTransportOptions) {
    super();
    this.posted = new PostedFrames(options);
  }

  /** Throws CONFIGURATION_INVALID, OUTBOUND_REFUSED: before anything is sent it is said what could never be. */
  async start(links: readonly Link[], receive: ReceiveBatch): Promise<void> {
    this.receive = receive;
    for (const link of links) this.check(link);
    await this.follow(links);
  }

  override check(link: Link): void {
    if (!link.push) return;
    const url = new URL(link.push.url);
    if (!isCallable(url)) throw wrong(link, 'url', 'It begins with https:// and holds no user and no password.');
    this.options.guard.require(url);
    if (link.push.scheme === 'standard-webhooks' && (this.options.secrets.get(link.id) ?? []).length === 0)
      throw wrong(link, 'scheme', 'PUSH_WEBHOOK_SECRETS has no secret of this link.');
  }

  async follow(links: readonly Link[]): Promise<void> {
    const mine = links.filter(({ transport }) => transport === this.kind);
    const named = new Set(mine.map(({ id }) => id));
    for (const [id, { pause }] of this.targets) {
      if (named.has(id)) continue;
      clearTimeout(pause);
      this.targets.delete(id);
    }
    for (const link of mine) {
      const { push } = link;
      if (!push) continue;
      this.posted.start(link, this.receive);
      const known = this.targets.get(link.id);
      const agreed = { link, push, url: new URL(push.url), secrets: this.options.secrets.get(link.id) ?? [] };
      if (known) {
        Object.assign(known, agreed);
        continue;
      }
      const target: Target = { ...agreed, up: false, failures: 0 };
      this.targets.set(link.id, target);
      this.reached(target);
    }
    await this.posted.keepOnly(named, this.options.closeMs);
  }

  take(link: string, frame: Buffer, possibleDuplicate: boolean): Promise<InboundOutcome> {
    return this.posted.take(link, frame, possibleDuplicate);
  }

  send(link: Link, items: readonly OutboundItem[]): Promise<readonly SendOutcome[]> {
    const sending = this.sendInOrder(this.targets.get(link.id), items).finally(() => this.running.delete(sending));
    this.running.add(sending);
    return sending;
  }

  private async sendInOrder(target: Target | undefined, items: readonly OutboundItem[]): Promise<SendOutcome[]> {
    const outcomes: SendOutcome[] = [];
    let failed: ErrorCode | undefined;
    for (const item of items) {
      const code: ErrorCode | undefined = failed
        ? 'LINK_UNREACHABLE'
        : !target || this.closed
          ? 'LINK_UNREACHABLE'
          : await this.push(target, item);
      failed ??= code;
      outcomes.push(code === undefined ? { id: item.id, sent: true } : { id: item.id, sent: false, code });
    }
    return outcomes;
  }

  /** What kept it from being taken; undefined when it was. */
  private async push(target: Target, item: OutboundItem): Promise<ErrorCode | undefined> {
    try {
      const answer = await this.post(target, item);
      if (answer.status >= 200 && answer.status <= 299) {
        this.reached(target);
        await this.inline(target, answer);
        return undefined;
      }
      // Full, restarting or being mended: certainly not taken. Everything else, redirects too, needs a person.
      const passing = answer.status === 429 || answer.status >= 500;
      this.missed(target, passing ? retryAfter(answer) : undefined);
      return passing ? 'LINK_UNREACHABLE' : 'PUBLISH_RETURNED';
    } catch (error) {
      this.options.report?.(error);
      this.missed(target);
      if (error instanceof PostFailure) return error.left ? 'PUBLISH_UNCONFIRMED' : 'LINK_UNREACHABLE';
      return error instanceof ExchangeError ? error.code : 'LINK_UNREACHABLE';
    }
  }

  private async post({ url, push, secrets }: Target, item: OutboundItem): Promise<PostAnswer> {
    const { guard, signers } = this.options;
    const now = this.options.now?.() ?? new Date();
    const webhook = push.scheme === 'standard-webhooks';
    const body = webhook ? webhookBody(item) : item.frame;
    const labels = {
      'user-agent': 'Landbridge',
      'landbridge-message-id': encodeURIComponent(item.messageId),
      'landbridge-type': encodeURIComponent(item.type),
      'landbridge-possible-duplicate': String(item.possibleDuplicate),
    };
    const headers = webhook
      ? { ...labels, ...webhookHeaders(item.messageId, body, secrets, now) }
      : await signRequest(
          { method: 'POST', url: url.href, headers: { ...labels, 'content-type': MEDIA_TYPES[item.kind] } },
          { body, signer: signers.current(), now },
        );
    return guardedPost({ url, guard, headers, body, timeoutMilliseconds: push.timeoutSeconds * 1_000, maxAnswer: MAX_ANSWER });
  }

  /** A receipt in the answer is a delivery like any other. What becomes of it changes nothing about the frame, which was taken; lost, it is asked for. */
  private async inline({ link }: Target, { body, cut, headers }: PostAnswer): Promise<void> {
    const type = headers['content-type']?.split(';', 1)[0]?.trim();
    if (cut || body.length === 0 || (type !== 'application/jose' && type !== MEDIA_TYPES.receipt && type !== MEDIA_TYPES.answer)) return;
    if (!INLINE.has(bodyKind(body))) return;
    await this.posted.take(link.id, body, false).catch((error: unknown) => this.options.report?.(error));
  }

  private reached(target: Target): void {
    target.failures = 0;
    if (target.up) return;
    target.up = true;
    for (const listener of this.upListeners) listener(target.link.id);
  }

  /** Nothing is sent for a while; then the next request finds out. */
  private missed(target: Target, atLeastMs = 0): void {
    const { unreachableMs = 1_000, unreachableCapMs = 30_000 } = this.options;
    target.up = false;
    const pause = Math.min(unreachableCapMs, unreachableMs * 2 ** Math.min(target.failures, 20));
    target.failures += 1;
    clearTimeout(target.pause);
    target.pause = setTimeout(
      () => {
        if (this.closed || target.up || this.targets.get(target.link.id) !== target) return;
        target.up = true;
        for (const listener of this.upListeners) listener(target.link.id);
      },
      Math.max(pause * (0.5 + Math.random() / 2), Math.min(atLeastMs, unreachableCapMs)),
    );
  }

  condition(link: string): LinkCondition {
    return this.targets.get(link)?.up && !this.closed ? 'up' : 'down';
  }

  onUp(listener: (link: string) => void): void {
    this.upListeners.push(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { pause } of this.targets.values()) clearTimeout(pause);
    await Promise.all([...this.running]);
    await this.posted.close(this.options.closeMs);
  }
}

const retryAfter = ({ headers }: PostAnswer): number =>
  /^\d{1,4}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) * 1_000 : 0;
const wrong = ({ id }: Link, pointer: string, detail: string): ExchangeError =>
  new ExchangeError('CONFIGURATION_INVALID', { pointer: `links/${id}/push/${pointer}`, detail });
