import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { AccessStore, Clock, type AccountChange, type Actor } from '#exchange';
import { RIGHTS, type RoleBook } from '#model';
import { Checked, DescribeAnswer, DescribeBody, Line, Reason } from '../http/zod.ts';
import {
  AccountSessionsAnswer,
  AccountsAnswer,
  EndedAnswer,
  IssuedTokenAnswer,
  MadeAccountAnswer,
  OneAccountAnswer,
  RolesAnswer,
  TokensAnswer,
} from './access-answers.ts';
import { By } from './access.guard.ts';
import { Accounts, ROLE_BOOK } from './accounts.ts';

import { Sessions } from './sessions.ts';

const Id = z.uuid();
const id = () => Param('id', new Checked(Id));
const Roles = z.array(Line).max(20);
const Partners = z.union([z.literal('all'), z.array(Line).max(500)]);
const New = z.strictObject({
  name: Line,
  kind: z.enum(['person', 'service']).default('person'),
  roles: Roles,
  partners: Partners,
  oidcSubject: Line.optional(),
  reason: Reason,
});
const Change = z.strictObject({ roles: Roles.optional(), partners: Partners.optional(), disabled: z.boolean().optional(), reason: Reason });
const Because = z.strictObject({ reason: Reason });
const NewToken = z.strictObject({ label: Line, days: z.number().int().min(1).max(365).default(90), reason: Reason });

/** Accounts, roles, sessions and tokens, for administrators; auditors read them. A secret is answered once and never shown again. */
@ApiTags('accounts')
@Controller('api')
export class AccountsController {
  constructor(
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(AccessStore) private readonly store: AccessStore,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(ROLE_BOOK) private readonly roles: RoleBook,
  ) {}

  @Get('roles')
  @Needs('accounts.read')
  @DescribeAnswer(RolesAnswer)
  @ApiOperation({ summary: 'Roles, what each may do, and which are not held together.' })
  listRoles() {
    return { ...this.roles, rights: RIGHTS };
  }

  @Get('accounts')
  @Needs('accounts.read')
  @DescribeAnswer(AccountsAnswer)
  @ApiOperation({ summary: 'All accounts.' })
  async list() {
    return { accounts: await this.accounts.list() };
  }

  @Post('accounts')
  @Needs('accounts.manage')
  @DescribeBody(New)
  @DescribeAnswer(MadeAccountAnswer, 201)
  @ApiOperation({ summary: 'Creates an account; a local person gets a one-time secret, shown this once.' })
  create(@By() by: Actor, @Body(new Checked(New)) { reason, ...wanted }: z.infer<typeof New>) {
    return this.accounts.create(by, wanted, reason);
  }

  @Patch('accounts/:id')
  @Needs('accounts.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(Change)
  @DescribeAnswer(OneAccountAnswer)
  @ApiOperation({ summary: 'Changes roles, partners or state of another account and ends its sessions.' })
  async change(@By() by: Actor, @id() accountId: string, @Body(new Checked(Change)) { reason, ...change }: z.infer<typeof Change>) {
    return { account: await this.accounts.change(by, accountId, change as AccountChange, reason) };
  }

  @Post('accounts/:id/reset')
  @HttpCode(200)
  @Needs('accounts.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(MadeAccountAnswer)
  @ApiOperation({ summary: 'Gives a new one-time secret and forgets password and second factor.' })
  reset(@By() by: Actor, @id() accountId: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return this.accounts.reset(by, accountId, reason);
  }

  @Get('accounts/:id/sessions')
  @Needs('accounts.read')
  @ApiParam({ name: 'id' })
  @DescribeAnswer(AccountSessionsAnswer)
  @ApiOperation({ summary: 'Sessions of an account in force.' })
  async listSessions(@id() accountId: string) {
    return { sessions: await this.store.sessions(accountId, this.clock.now(), this.sessions.idleSeconds) };
  }

  @Post('accounts/:id/sessions/end')
  @HttpCode(200)
  @Needs('accounts.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(Because)
  @DescribeAnswer(EndedAnswer)
  @ApiOperation({ summary: 'Ends every session of an account.' })
  async endSessions(@By() by: Actor, @id() accountId: string, @Body(new Checked(Because)) { reason }: z.infer<typeof Because>) {
    return { ended: await this.accounts.endSessions(by, accountId, reason) };
  }

  @Get('accounts/:id/tokens')
  @Needs('accounts.read')
  @ApiParam({ name: 'id' })
  @DescribeAnswer(TokensAnswer)
  @ApiOperation({ summary: 'Tokens of a service account, without the tokens themselves.' })
  async listTokens(@id() accountId: string) {
    return { tokens: await this.accounts.tokens(accountId) };
  }

  @Post('accounts/:id/tokens')
  @Needs('accounts.manage')
  @ApiParam({ name: 'id' })
  @DescribeBody(NewToken)
  @DescribeAnswer(IssuedTokenAnswer, 201)
  @ApiOperation({ summary: 'Issues a token to a service account, shown this once.' })
  issueToken(@By() by: Actor, @id() accountId: string, @Body(new Checked(NewToken)) { label, days, reason }: z.infer<typeof NewToken>) {
    return this.accounts.issueToken(by, accountId, label, days, reason);
  }

  @Post('accounts/:id/tokens/:token/revoke')
  @HttpCode(204)
  @Needs('accounts.manage')
  @ApiParam({ name: 'id' })
  @ApiParam({ name: 'token' })
  @DescribeBody(Because)
  @ApiOperation({ summary: 'Revokes a token at once.' })
  revokeToken(
    @By() by: Actor,
    @id() accountId: string,
    @Param('token', new Checked(Id)) token: string,
    @Body(new Checked(Because)) { reason }: z.infer<typeof Because>,
  ): Promise<void> {
    return this.accounts.revokeToken(by, accountId, token, reason);
  }
}
