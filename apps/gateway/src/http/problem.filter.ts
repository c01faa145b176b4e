import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { ERRORS, ExchangeError, type ErrorCode } from '#model';

/** Every failure of the HTTP API as RFC 9457 problem details with a code of the catalogue and what to do next. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const { status, code, detail, errors } = describe(error);
    if (status >= 500) this.logger.error({ err: error }, 'request failed');
    if (response.headersSent) return;
    // RFC 9110 §10.2.3: what heals by itself may be tried again.
    if (ERRORS[code].disposition === 'retry') response.setHeader('Retry-After', code === 'RATE_LIMITED' ? '60' : '5');
    response
      .status(status)
      .type('application/problem+json')
      .json({ type: `urn:landbridge:error:${code}`, title: ERRORS[code].text, status, code, detail, action: ERRORS[code].action, errors });
  }
}

function describe(error: unknown) {
  if (error instanceof ExchangeError) {
    return { status: error.row.status, code: error.code, detail: error.message, errors: error.issues };
  }
  const status = error instanceof HttpException ? error.getStatus() : (error as { status?: unknown } | undefined)?.status;
  // Nest's own refusals, and those of Express and its body parser. Their texts may quote the request: only the code is said.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const code = codeOf(status);
    return { status, code, detail: ERRORS[code].text, errors: [] };
  }
  return { status: 500, code: 'INTERNAL' as ErrorCode, detail: ERRORS.INTERNAL.text, errors: [] };
}

const codeOf = (status: number): ErrorCode =>
  status === 404
    ? 'NOT_FOUND'
    : status === 413
      ? 'TOO_LARGE'
      : status === 401 || status === 403
        ? 'NOT_ALLOWED'
        : status < 500
          ? 'USAGE'
          : 'INTERNAL';
