import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { NeedsSession, NeedsSetup, Open } from '#adapters';
import { AccessStore, Clock, type Account } from '#exchange';
import { Checked, DescribeAnswer, DescribeBody } from '../http/zod.ts';
import { BegunAnswer, ConfirmedFactorAnswer, EndedAnswer, FactorAnswer, OwnSessionsAnswer, SessionAnswer } from './access-answers.ts';
import { ByAuthenticated } from './access.guard.ts';
import { Authenticator, type Authenticated } from './authenticator.ts';
import { csrfTokenOf } from './credentials.ts';
import { OidcSignIn } from './oidc.ts';
import { Sessions, type Opened } from './sessions.ts';
import { SignIn, type SignedIn } from './sign-in.ts';
import { cookieOf, Site } from './site.ts';

const Password = z.string().min(1).max(200);
const Proof = z.strictObject({
  name: z.string().min(1).max(200),
  password: Password,
  code: z.string().max(64).optional(),
  kind: z.enum(['browser', 'token']).default('browser'),
});
const NewPassword = z.strictObject({ current: Password, next: Password });
const Confirmation = z.strictObject({ password: Password });
const Code = z.strictObject({ code: z.string().max(64) });
const Return = z.strictObject({ url: z.url().max(4_000) });

const PROOF_ITSELF = 'The body is the proof; tries are limited by account and address.';

/**
 * Signing in and out, one's own password and second factor. A browser gets its session in a cookie that scripts cannot read, and
 * sends the anti-forgery token of the answer with every write; the command line (`kind: token`) gets a bearer token.
 */
@ApiTags('session')
@Controller('api/session')
export class SessionController {
  constructor(
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(OidcSignIn) private readonly oidc: OidcSignIn,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(AccessStore) private readonly store: AccessStore,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Site) private readonly site: Site,
  ) {}

  @Post()
  @HttpCode(200)
  @Open(PROOF_ITSELF)
  @DescribeBody(Proof)
  @DescribeAnswer(SessionAnswer)
  @ApiOperation({ summary: 'Signs in with name, password and, once enrolled, the code of the second factor or a recovery code.' })
  async open(
    @Body(new Checked(Proof)) proof: z.infer<typeof Proof>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    this.site.requireProtected(request);
    const before = cookieOf(request, this.site.cookieName);
    if (before !== undefined) await this.sessions.end(before, 'signed in again');
    return this.answer(await this.signIn.open(proof, proof.kind, request.ip ?? ''), response);
  }

  @Get()
  @NeedsSetup()
  @DescribeAnswer(SessionAnswer)
  @ApiOperation({
    summary: 'Who is signed in, with which rights and scope, and the anti-forgery token; in the stage setup also which steps are missing.',
  })
  async show(@ByAuthenticated() by: SignedIn) {
    return this.describe(by, by.session, (await this.store.account(by.session.accountId))!);
  }

  @Delete()
  @HttpCode(204)
  @NeedsSetup()
  @ApiOperation({ summary: 'Signs out.' })
  async close(@ByAuthenticated() by: SignedIn, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.signIn.close(by);
    this.site.clearCookie(response, this.site.cookieName);
  }

  @Get('all')
  @NeedsSession()
  @DescribeAnswer(OwnSessionsAnswer)
  @ApiOperation({ summary: 'All sessions of the own account.' })
  async list(@ByAuthenticated() { session }: SignedIn) {
    const found = await this.store.sessions(session.accountId, this.clock.now(), this.sessions.idleSeconds);
    return { sessions: found.map((one) => ({ ...one, current: one.id === session.id })) };
  }

  @Delete('others')
  @NeedsSession()
  @DescribeAnswer(EndedAnswer)
  @ApiOperation({ summary: 'Ends every other session of the own account.' })
  async endOthers(@ByAuthenticated() by: SignedIn) {
    return { ended: await this.signIn.endOthers(by) };
  }

  @Post('password')
  @HttpCode(200)
  @NeedsSetup()
  @DescribeBody(NewPassword)
  @DescribeAnswer(SessionAnswer)
  @ApiOperation({ summary: 'Changes the own password; every other session ends and this one gets a new id.' })
  async changePassword(
    @ByAuthenticated() by: SignedIn,
    @Body(new Checked(NewPassword)) { current, next }: z.infer<typeof NewPassword>,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.answer(await this.signIn.changePassword(by, current, next), response);
  }

  @Post('factor')
  @HttpCode(200)
  @NeedsSetup()
  @DescribeBody(Confirmation)
  @DescribeAnswer(FactorAnswer)
  @ApiOperation({ summary: 'A new second factor (TOTP) to scan; in force once confirmed.' })
  beginFactor(@ByAuthenticated() by: SignedIn, @Body(new Checked(Confirmation)) { password }: z.infer<typeof Confirmation>) {
    return this.signIn.beginFactor(by, password);
  }

  @Post('factor/confirm')
  @HttpCode(200)
  @NeedsSetup()
  @DescribeBody(Code)
  @DescribeAnswer(ConfirmedFactorAnswer)
  @ApiOperation({ summary: 'Confirms the new second factor by a code of it; answers recovery codes, shown this once.' })
  async confirmFactor(
    @ByAuthenticated() by: SignedIn,
    @Body(new Checked(Code)) { code }: z.infer<typeof Code>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { recoveryCodes, ...opened } = await this.signIn.confirmFactor(by, code);
    return { ...this.answer(opened, response), recoveryCodes };
  }

  @Post('oidc')
  @HttpCode(200)
  @Open('Begins a sign-in at the configured issuer and discloses nothing.')
  @DescribeAnswer(BegunAnswer)
  @ApiOperation({ summary: 'Begins signing in at the OpenID Connect issuer: where to send the browser.' })
  async beginOidc(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    this.site.requireProtected(request);
    const { location, browser } = await this.oidc.begin();
    this.site.setCookie(response, this.site.flowCookieName, browser);
    return { location };
  }

  @Post('oidc/return')
  @HttpCode(200)
  @Open('The issuer signs who came back; state, nonce and PKCE bind it to the browser that began.')
  @DescribeBody(Return)
  @DescribeAnswer(SessionAnswer)
  @ApiOperation({ summary: 'Ends signing in at the issuer: the address to which it sent the browser back.' })
  async endOidc(
    @Body(new Checked(Return)) { url }: z.infer<typeof Return>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    this.site.requireProtected(request);
    this.site.clearCookie(response, this.site.flowCookieName);
    const browser = cookieOf(request, this.site.flowCookieName) ?? '';
    return this.answer(await this.oidc.finish(new URL(url), browser, request.ip ?? ''), response);
  }

  private answer({ session, account, credential }: Opened, response: Response) {
    const by = { actor: this.authenticator.actorOf(account), session, credential };
    if (session.kind === 'token') return { ...this.describe(by, session, account), token: credential };
    this.site.setCookie(response, this.site.cookieName, credential);
    return this.describe(by, session, account);
  }

  private describe({ actor, credential }: Authenticated, { stage, until, kind }: Opened['session'], own: Account) {
    const { account, roles, rights, scope } = actor;
    const idleMinutes = this.sessions.idleSeconds / 60;
    const csrf = kind === 'browser' ? { csrfToken: csrfTokenOf(credential) } : {};
    const setup = stage === 'setup' ? { setup: { password: own.mustChangePassword, factor: !own.enrolled } } : {};
    return { account, roles, rights: [...rights], partners: scope.partners, stage, ...setup, until, idleMinutes, ...csrf };
  }
}
