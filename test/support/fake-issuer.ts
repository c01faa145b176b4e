import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** What the issuer is asked to do wrong. */
export interface Misconduct {
  readonly nonce?: string;
  readonly audience?: string;
  readonly issuer?: string;
  /** Signs with a key it does not publish. */
  readonly foreignKey?: boolean;
  readonly expired?: boolean;
}

/** A small OpenID Connect issuer on loopback: discovery, keys, token endpoint with PKCE. People need not type anything. */
export class FakeIssuer {
  subject = 'subject-1';
  misconduct: Misconduct = {};
  private readonly codes = new Map<string, { challenge: string; nonce: string; redirectUri: string }>();

  private constructor(
    private readonly server: Server,
    private readonly keys: { readonly own: CryptoKey; readonly foreign: CryptoKey; readonly jwk: JWK },
  ) {}

  static async open(): Promise<FakeIssuer> {
    const [own, foreign] = [await generateKeyPair('ES256', { extractable: true }), await generateKeyPair('ES256')];
    const jwk = { ...(await exportJWK(own.publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' };
    const server = createServer();
    const issuer = new FakeIssuer(server, { own: own.privateKey, foreign: foreign.privateKey, jwk });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void issuer.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** What the browser does at the issuer: signs in and is sent back. */
  approve(location: string): URL {
    const { searchParams } = new URL(location);
    const [redirectUri, code] = [searchParams.get('redirect_uri')!, `code-${this.codes.size}`];
    this.codes.set(code, { challenge: searchParams.get('code_challenge')!, nonce: searchParams.get('nonce')!, redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', searchParams.get('state')!);
    return back;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (status: number, body: unknown) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/.well-known/openid-configuration')
      return json(200, {
        issuer: this.url,
        authorization_endpoint: `${this.url}/authorize`,
        token_endpoint: `${this.url}/token`,
        jwks_uri: `${this.url}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
        code_challenge_methods_supported: ['S256'],
      });
    if (request.url === '/jwks') return json(200, { keys: [this.keys.jwk] });
    if (request.url !== '/token') return json(404, {});
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const form = new URLSearchParams(text);
    const known = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (known?.challenge !== challenge || known.redirectUri !== form.get('redirect_uri')) return json(400, { error: 'invalid_grant' });
    json(200, { access_token: 'unused', token_type: 'Bearer', id_token: await this.token(known.nonce) });
  }

  private token(nonce: string): Promise<string> {
    const { misconduct, keys } = this;
    return new SignJWT({ nonce: misconduct.nonce ?? nonce })
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
      .setIssuer(misconduct.issuer ?? this.url)
      .setAudience(misconduct.audience ?? 'landbridge')
      .setSubject(this.subject)
      .setIssuedAt()
      .setExpirationTime(misconduct.expired ? '-1h' : '5m')
      .sign(misconduct.foreignKey ? keys.foreign : keys.own);
  }
}
