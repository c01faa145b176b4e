import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessStore, Clock } from '#exchange';
import { AccessGuard } from './access.guard.ts';
import { AccountsController } from './accounts.controller.ts';
import { Accounts, ROLE_BOOK } from './accounts.ts';
import { Authenticator } from './authenticator.ts';
import type { AccessParts } from './compose-access.ts';
import { OidcSignIn } from './oidc.ts';
import { SessionController } from './session.controller.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { Site } from './site.ts';

export const ACCESS_CONTROLLERS: readonly Type[] = [SessionController, AccountsController];

/** Accounts, sessions and the guard in front of every endpoint of the process. */
@Global()
@Module({})
export class AccessModule {
  static of(parts: AccessParts): DynamicModule {
    return {
      module: AccessModule,
      controllers: [...ACCESS_CONTROLLERS],
      providers: [
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: AccessStore, useValue: parts.store },
        { provide: Clock, useValue: parts.clock },
        { provide: Authenticator, useValue: parts.authenticator },
        { provide: Site, useValue: parts.site },
        { provide: Accounts, useValue: parts.accounts },
        { provide: Sessions, useValue: parts.sessions },
        { provide: SignIn, useValue: parts.signIn },
        { provide: OidcSignIn, useValue: parts.oidc },
        { provide: ROLE_BOOK, useValue: parts.roles },
      ],
      exports: [Authenticator, Site, Clock],
    };
  }
}
