import { timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ExchangeError } from '#model';

export abstract class OperatorAccess {
  /** Bearer token of the operators' API; absent: only callers on the same machine. */
  abstract readonly token: string | undefined;
}

/** Guards the operators' API until accounts and roles exist. Authorisation lives in guards, never in path middleware. */
@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(private readonly access: OperatorAccess) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (this.access.token === undefined ? isLoopback(request) : hasToken(request, this.access.token)) return true;
    throw new ExchangeError('NOT_ALLOWED');
  }
}

/** The socket's own address: a forwarded header can be written by anybody. A proxied request is never "local". */
function isLoopback(request: Request): boolean {
  const address = request.socket.remoteAddress ?? '';
  const local = address === '::1' || address.replace(/^::ffff:/, '').startsWith('127.');
  return local && request.headers['x-forwarded-for'] === undefined && request.headers.forwarded === undefined;
}

function hasToken(request: Request, token: string): boolean {
  const given = Buffer.from(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
