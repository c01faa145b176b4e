import { Injectable, type LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { ExchangeError } from '#model';

/** One JSON line an event. Errors are reduced to code, issues' codes and stack: payloads and keys never reach a log. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: { service: 'landbridge' },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: safeError },
  });
}

export function safeError(error: unknown): Record<string, unknown> {
  if (error instanceof ExchangeError) {
    return {
      code: error.code,
      text: error.message,
      issues: error.issues.map(({ code, pointer }) => `${code} ${pointer}`.trim()),
      cause: nameOf(error.cause),
    };
  }
  return error instanceof Error ? { name: error.name, text: error.message, stack: error.stack } : { text: String(error) };
}

const nameOf = (cause: unknown) => (cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined);

/** Nest's own messages through pino. */
@Injectable()
export class PinoLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}
  log(message: unknown, context?: string): void {
    this.logger.info({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.logger.error({ context, stack }, String(message));
  }
  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }
  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
}
