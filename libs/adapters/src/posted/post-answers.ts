import type { Request, Response } from 'express';
import { LimitReached, type AllowanceStanding, type InboundOutcome, type Verdict } from '#exchange';
import { sayWhatIsLeft } from './rate-limit-headers.ts';
import { type ErrorCode, ERRORS, ExchangeError } from '#model';
import { MEDIA_TYPES } from '#trust';
import { FailureLimiter } from './failure-limiter.ts';

export const PROBLEM = 'application/problem+json';

/** The HTTP status of each verdict. The body is our stored receipt where there is one; the receipt says what became of the message. */
const STATUS: Record<Exclude<Verdict, 'quarantined'>, number> = {
  accepted: 200,
  duplicate: 200,
  parked: 202,
  receipt: 204,
  keys: 204,
  reconciliation: 204,
  asked: 200,
  answered: 204,
  refused: 422,
};

/** What requests with frames are answered: failures as problems that tell nobody why they could not be authenticated, bounded by network address. */
export class PostAnswers {
  readonly #failures = new FailureLimiter();

  /** `standing`: what the partner has left, said only to who proved to be the partner. */
  tell({ verdict, receipt, answer, code }: InboundOutcome, request: Request, response: Response, standing?: AllowanceStanding): void {
    if (standing && (verdict !== 'quarantined' || code !== undefined)) sayWhatIsLeft(response, standing);
    if (verdict === 'quarantined') {
      if (code === 'ID_CONFLICT') sendProblem(response, code);
      else this.refuse(request, response);
      return;
    }
    response.status(STATUS[verdict]);
    if (receipt) response.type('application/jose').send(receipt);
    else if (answer) response.type(MEDIA_TYPES.answer).send(answer);
    else response.end();
  }

  /** One frame around every request: callers that failed too often wait, failures become problems, nothing is cached. */
  async around(request: Request, response: Response, respond: () => Promise<void>): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    try {
      const wait = this.#failures.waitOf(callerOf(request));
      if (wait > 0) return sendProblem(response, 'RATE_LIMITED', { retryAfter: wait, hangUp: true });
      await respond();
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      const failure = error instanceof ExchangeError ? error : new ExchangeError('INTERNAL', { cause: error });
      const retryAfter = failure instanceof LimitReached ? failure.retryAfterSeconds : undefined;
      sendProblem(response, failure.code, { issues: failure.issues, ...(retryAfter !== undefined && { retryAfter }) });
    }
  }

  refuse(request: Request, response: Response): void {
    this.#failures.failed(callerOf(request));
    sendProblem(response, 'SIGNATURE_INVALID');
  }
}

const callerOf = (request: Request): string => request.ip ?? request.socket.remoteAddress ?? '';

export function requireContentType(request: Request, allowed: readonly string[]): void {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!allowed.includes(type)) throw new ExchangeError('USAGE', { detail: `The content type must be ${allowed.join(' or ')}.` });
  // A compressed body would be measured by its small size and held by its large one.
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new ExchangeError('USAGE', { detail: 'Bodies are not compressed.' });
}

/** RFC 9457. The text is the catalogue's alone: no payload, no reason beyond the code. */
function sendProblem(
  response: Response,
  code: ErrorCode,
  options: { retryAfter?: number; hangUp?: boolean; issues?: readonly unknown[] } = {},
): void {
  const { status, text, action, disposition } = ERRORS[code];
  if (disposition === 'retry') response.setHeader('Retry-After', String(options.retryAfter ?? 1));
  // The body is not even read then; the connection cannot be used again.
  if (options.hangUp) response.setHeader('Connection', 'close');
  const errors = code === 'USAGE' ? { errors: options.issues } : {};
  response.status(status).type(PROBLEM);
  response.end(JSON.stringify({ type: `urn:landbridge:error:${code}`, title: text, status, code, action, ...errors }));
}
