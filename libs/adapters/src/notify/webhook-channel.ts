import { Webhook } from 'standardwebhooks';
import { AlertChannel, type Clock, type Notice } from '#exchange';
import { ALERT_LANGUAGES, alertText, ExchangeError } from '#model';
import { guardedPost, isCallable } from '../outbound/guarded-post.ts';
import type { OutboundGuard } from '../outbound/outbound-guard.ts';

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_…`; more than one while the receiver changes over: it accepts a signature by any. */
  readonly secrets: readonly string[];
  readonly guard: OutboundGuard;
  readonly clock: Clock;
  /** Names this gateway in what it sends. */
  readonly gateway: string;
  readonly environment: string;
  readonly timeoutMilliseconds?: number;
}

/** What is read of an answer; nothing of it is used but its status. */
const MAX_ANSWER = 4_096;

/**
 * Notices as webhooks of the Standard Webhooks specification: `webhook-id` stays the same over all attempts, `webhook-timestamp` is that of the
 * attempt, `webhook-signature` is HMAC-SHA256 over id, timestamp and body. https only, but for a loopback address. Redirects are not followed.
 */
export class WebhookChannel extends AlertChannel {
  override readonly name = 'webhook';
  override readonly target: string;
  readonly #url: URL;
  readonly #signers: readonly Webhook[];
  readonly #options: WebhookOptions;

  constructor(options: WebhookOptions) {
    super();
    this.#options = options;
    this.#url = new URL(options.url);
    this.target = this.#url.host;
    if (!isCallable(this.#url)) throw wrong('ALERT_WEBHOOK_URL', 'It begins with https:// and holds no user and no password.');
    if (options.secrets.length === 0) throw wrong('ALERT_WEBHOOK_SECRET', 'A webhook needs a secret.');
    this.#signers = options.secrets.map((secret) => new Webhook(secret));
  }

  override async send({ id, content, createdAt }: Pick<Notice, 'id' | 'content' | 'createdAt'>): Promise<void> {
    const { guard, clock, gateway, environment, timeoutMilliseconds = 10_000 } = this.#options;
    const body = JSON.stringify({
      type: content.kind === 'test' ? 'alert.test' : 'alert.changed',
      timestamp: createdAt.toISOString(),
      data: {
        gateway,
        environment,
        alerts: content.lines.map((line) => ({
          ...line,
          text: Object.fromEntries(ALERT_LANGUAGES.map((language) => [language, alertText(line, language)])),
        })),
        more: content.more,
      },
    });
    const at = clock.now();
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Landbridge',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': this.#signers.map((signer) => signer.sign(id, at, body)).join(' '),
    };
    const { status } = await guardedPost({ url: this.#url, guard, headers, body, timeoutMilliseconds, maxAnswer: MAX_ANSWER }).catch(
      (cause: unknown) => {
        throw asFailure(cause);
      },
    );
    if (status < 200 || status > 299) throw failed(`It was answered with HTTP status ${status}.`);
  }
}

const asFailure = (cause: unknown): ExchangeError =>
  cause instanceof ExchangeError ? cause : new ExchangeError('NOTICE_FAILED', { detail: 'It could not be reached in time.', cause });
const failed = (detail: string): ExchangeError => new ExchangeError('NOTICE_FAILED', { detail });
const wrong = (pointer: string, detail: string): ExchangeError => new ExchangeError('CONFIGURATION_INVALID', { pointer, detail });
