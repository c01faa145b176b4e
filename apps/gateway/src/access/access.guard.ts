import { createParamDecorator, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DECLARED, type Declared } from '#adapters';
import { ExchangeError } from '#model';
import { needs } from './needs-right.ts';
import { Authenticator, type Authenticated, type AuthenticatedRequest } from './authenticator.ts';
import { csrfTokenOf, sameText } from './credentials.ts';
import { CSRF_HEADER, isWrite, Site } from './site.ts';

/**
 * Stands before every HTTP endpoint of the process (APP_GUARD) and asks what the endpoint declares. One that declares nothing is
 * refused to everybody. Authorisation lives here, after routing: no trick with paths reaches around it.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Site) private readonly site: Site,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const declared = this.reflector.getAllAndOverride<Declared | undefined>(DECLARED, [context.getHandler(), context.getClass()]);
    if (!declared) throw new ExchangeError('NOT_ALLOWED');
    if (isWrite(request)) this.site.requireOwnOrigin(request);
    if (declared.kind === 'open') return true;
    this.site.requireProtected(request);
    const found = await this.authenticator.authenticate(request);
    if (!found) throw new ExchangeError('NOT_SIGNED_IN');
    if (isWrite(request)) requireCsrfToken(request, found);
    requireDeclared(declared, found);
    request.authenticated = found;
    return true;
  }
}

/** Cookies travel by themselves, so a write needs what only our own pages know. A bearer token does not. */
function requireCsrfToken(request: AuthenticatedRequest, { session, credential }: Authenticated): void {
  if (session?.kind !== 'browser') return;
  const given = request.headers[CSRF_HEADER];
  if (typeof given !== 'string' || !sameText(given, csrfTokenOf(credential)))
    throw new ExchangeError('NOT_ALLOWED', { detail: `The header ${CSRF_HEADER} is missing or of another session.` });
}

function requireDeclared(declared: Exclude<Declared, { kind: 'open' }>, { actor, session }: Authenticated): void {
  const { kind } = declared;
  if (kind === 'right' ? actor.rights.has(declared.right) : session !== undefined) {
    if (kind === 'setup' || session?.stage !== 'setup') return;
    throw new ExchangeError('NOT_ALLOWED', { detail: 'Change the one-time secret and enrol the second factor first.' });
  }
  throw new ExchangeError('NOT_ALLOWED', kind === 'right' ? { detail: needs(declared.right) } : {});
}

const authenticatedOf = (context: ExecutionContext): Authenticated => {
  const found = context.switchToHttp().getRequest<AuthenticatedRequest>().authenticated;
  if (!found) throw new ExchangeError('INTERNAL', { detail: 'An open endpoint asked who is there.' });
  return found;
};

/** The actor of the request, for handlers of endpoints that are not open. */
export const By = createParamDecorator((_: unknown, context: ExecutionContext) => authenticatedOf(context).actor);

/** The actor with its session, for handlers of sessions. */
export const ByAuthenticated = createParamDecorator((_: unknown, context: ExecutionContext) => authenticatedOf(context));
