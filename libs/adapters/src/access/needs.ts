import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiExtension, ApiForbiddenResponse, ApiUnauthorizedResponse } from '@nestjs/swagger';
import type { Right } from '#model';

/**
 * What an endpoint asks of its caller. Every handler (or its controller) carries exactly one; without one it is refused to
 * everybody.
 *
 * - `right`: somebody signed in who holds it.
 * - `session`: anybody fully signed in, for what concerns only themselves.
 * - `setup`: also who still has to change the one-time secret or enrol the second factor.
 * - `open`: nobody in particular; `why` says what protects it instead.
 */
export type Declared =
  | { readonly kind: 'right'; readonly right: Right }
  | { readonly kind: 'session' | 'setup' }
  | { readonly kind: 'open'; readonly why: string };

export const DECLARED = 'landbridge:declared-access';

/** Whoever holds the right. The OpenAPI document names it as `x-right`. */
export const Needs = (right: Right) => declared({ kind: 'right', right }, ApiExtension('x-right', right));
export const NeedsSession = () => declared({ kind: 'session' });
export const NeedsSetup = () => declared({ kind: 'setup' });
export const Open = (why: string) => SetMetadata(DECLARED, { kind: 'open', why } satisfies Declared);

const declared = (declaration: Declared, ...more: (MethodDecorator & ClassDecorator)[]) =>
  applyDecorators(
    SetMetadata(DECLARED, declaration),
    ApiBearerAuth(),
    ApiCookieAuth(),
    ApiUnauthorizedResponse({ description: 'Not signed in, or the session has ended.' }),
    ApiForbiddenResponse({ description: 'The account has no right to this, or the anti-forgery header is missing.' }),
    ...more,
  );
