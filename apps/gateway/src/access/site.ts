import type { Request, Response } from 'express';
import { ExchangeError } from '#model';

/** Writes must come from our own pages: the browser says so itself, and the anti-forgery header could not come from elsewhere. */
export const CSRF_HEADER = 'x-csrf-token';
/** A page that polls by itself says so; such a request does not keep an idle session alive. */
export const BACKGROUND_HEADER = 'x-background';

const LOOPBACK_NAMES = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
export const isWrite = ({ method }: Request): boolean => !SAFE.has(method);

/**
 * How this gateway is reached. With an `https:` address TLS ends at the proxy before us: cookies are `__Host-` and `Secure`.
 * Without one there is no protection on the wire, so credentials are taken from, and given to, the same machine only, under
 * another cookie name that never passes for the protected one.
 */
export class Site {
  readonly secure: boolean;
  readonly cookieName: string;
  readonly flowCookieName: string;
  readonly origin: string | undefined;

  constructor(publicUrl: string | undefined) {
    this.origin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
    this.secure = this.origin?.startsWith('https:') ?? false;
    this.cookieName = this.secure ? '__Host-landbridge' : 'landbridge-loopback';
    this.flowCookieName = `${this.cookieName}-oidc`;
  }

  /** Throws NOT_ALLOWED where a credential would have travelled unprotected. */
  requireProtected(request: Request): void {
    if (this.secure) return;
    if (!isLoopback(request))
      throw new ExchangeError('NOT_ALLOWED', { detail: 'Without an https PUBLIC_URL this answers callers on the same machine only.' });
    // A page whose name was made to lead here (DNS rebinding) is of another site, whatever address it reached.
    if (this.origin === undefined && !LOOPBACK_NAMES.test(request.headers.host ?? ''))
      throw new ExchangeError('NOT_ALLOWED', { detail: 'Without a PUBLIC_URL this answers to localhost, 127.0.0.1 and [::1] only.' });
  }

  /** Throws NOT_ALLOWED for a write that a page of another site began (Fetch Metadata, RFC 6454). Programs send neither header. */
  requireOwnOrigin(request: Request): void {
    const { origin, host, 'sec-fetch-site': site } = request.headers;
    const own = this.origin ?? `http://${host}`;
    if ((origin !== undefined && origin !== own) || (site !== undefined && site !== 'same-origin' && site !== 'none'))
      throw new ExchangeError('NOT_ALLOWED', { detail: 'The request comes from another site.' });
  }

  setCookie(response: Response, name: string, value: string): void {
    response.cookie(name, value, { httpOnly: true, secure: this.secure, sameSite: 'strict', path: '/' });
  }

  clearCookie(response: Response, name: string): void {
    response.clearCookie(name, { httpOnly: true, secure: this.secure, sameSite: 'strict', path: '/' });
  }
}

/** The value of a cookie. A name that occurs twice counts as absent: somebody else may have set one of them. */
export function cookieOf(request: Request, name: string): string | undefined {
  const found = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  return found.length === 1 ? found[0]!.slice(name.length + 1) : undefined;
}

/** The socket's own address: a forwarded header can be written by anybody. A proxied request is never "local". */
export function isLoopback(request: Request): boolean {
  const address = request.socket.remoteAddress ?? '';
  const local = address === '::1' || address.replace(/^::ffff:/, '').startsWith('127.');
  return local && request.headers['x-forwarded-for'] === undefined && request.headers.forwarded === undefined;
}
