import * as client from 'openid-client';
import { actorName, type AccessStore, type AuditLog, type Clock } from '#exchange';
import { ExchangeError } from '#model';
import { digestOf, newCredential } from './credentials.ts';
import type { Opened, Sessions } from './sessions.ts';

export interface OidcRegistration {
  /** From configuration only; a message, token or page never names an issuer. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** Where the issuer sends the browser back: a page of ours that posts its address to us. */
  readonly redirectUri: string;
}

export interface OidcOptions {
  readonly registration: OidcRegistration | undefined;
  readonly store: AccessStore;
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

const FLOW_SECONDS = 600;

/**
 * Signing in at an OpenID Connect issuer: authorization code with PKCE (RFC 7636), state and nonce, the ID token's signature
 * checked against the issuer's keys. The identity (issuer and subject) must be that of an account an administrator made: nobody
 * comes in because the issuer knows them, and rights are given here only.
 */
export class OidcSignIn {
  private discovered: Promise<client.Configuration> | undefined;

  constructor(private readonly options: OidcOptions) {}

  get configured(): boolean {
    return this.options.registration !== undefined;
  }

  async begin(): Promise<{ readonly location: string; readonly browser: string }> {
    const { store, clock } = this.options;
    const configuration = await this.configuration();
    const [state, browser, nonce, verifier] = [
      client.randomState(),
      newCredential('lbs'),
      client.randomNonce(),
      client.randomPKCECodeVerifier(),
    ];
    const now = clock.now();
    await store.beginFlow({
      stateHash: digestOf(state),
      browserHash: digestOf(browser),
      nonce,
      verifier,
      until: new Date(now.getTime() + FLOW_SECONDS * 1000),
    });
    const location = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.registration().redirectUri,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { location: location.href, browser };
  }

  /** `url`: where the issuer sent the browser, with code and state. One refusal whatever is wrong. */
  async finish(url: URL, browser: string, address: string): Promise<Opened> {
    const { store, sessions, clock, audit } = this.options;
    const { issuer, redirectUri } = this.registration();
    const state = url.searchParams.get('state') ?? '';
    const flow = await store.takeFlow(digestOf(state), digestOf(browser), clock.now());
    if (!flow || url.origin + url.pathname !== redirectUri) throw new ExchangeError('SIGN_IN_REFUSED');
    const checks = { pkceCodeVerifier: flow.verifier, expectedNonce: flow.nonce, expectedState: state, idTokenExpected: true };
    const tokens = await client.authorizationCodeGrant(await this.configuration(), url, checks).catch((cause: unknown) => {
      throw new ExchangeError('SIGN_IN_REFUSED', { cause });
    });
    const subject = tokens.claims()?.sub ?? '';
    const account = await store.accountByIdentity(issuer, subject);
    const admitted = account && !account.disabled && account.kind === 'person' ? account : undefined;
    await audit.append({
      actor: actorName({ account: admitted ?? { id: '-', name: '-', kind: 'person' } }),
      action: admitted ? 'session.open' : 'session.refuse',
      // Whoever makes the account needs the subject; the issuer vouches for it.
      subject: admitted ? `account:${admitted.id}` : `identity:${subject}`,
      after: { address, issuer },
      at: clock.now(),
    });
    if (!admitted) throw new ExchangeError('SIGN_IN_REFUSED');
    return sessions.open(admitted, 'browser', address);
  }

  private registration(): OidcRegistration {
    const { registration } = this.options;
    if (!registration) throw new ExchangeError('NOT_FOUND', { detail: 'No issuer is configured.' });
    return registration;
  }

  /** Asked of the issuer at the first sign-in; asked again after a failure. */
  private configuration(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.registration();
    this.discovered ??= discover(issuer, clientId, clientSecret).catch((cause: unknown) => {
      this.discovered = undefined;
      throw new ExchangeError('ISSUER_UNREACHABLE', { cause });
    });
    return this.discovered;
  }
}

async function discover(issuer: string, clientId: string, clientSecret: string | undefined): Promise<client.Configuration> {
  const url = new URL(issuer);
  // Without TLS an issuer is somebody on this machine or nobody (tests).
  const plain = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const authentication = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
  return client.discovery(url, clientId, undefined, authentication, {
    execute: [client.enableNonRepudiationChecks, ...(plain ? [client.allowInsecureRequests] : [])],
    timeout: 10,
  });
}
