import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CONFIG = `
[tsa]
default_tsa = here
[here]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[plain]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,timeStamping,codeSigning
`;

/** A time-stamping authority on loopback that really signs (openssl ts), with its own certificate authority. */
export class FakeTsa {
  /** What it does with a request: answer, be gone (HTTP 503), refuse, answer what it answered first, or send nonsense. */
  conduct: 'stamps' | 'is down' | 'refuses' | 'replays' | 'babbles' = 'stamps';
  asked = 0;
  #first: Buffer | undefined;

  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    readonly authority: string,
  ) {}

  static async start(): Promise<FakeTsa> {
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-tsa-'));
    await writeFile(join(folder, 'tsa.cnf'), CONFIG);
    const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=Test Authority');
    await openssl('req', ...key, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=Test Time Stamping');
    await openssl(
      'x509',
      '-req',
      '-in',
      'tsa.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-out',
      'tsa.pem',
      '-days',
      '20',
      '-extfile',
      'tsa.cnf',
      '-extensions',
      'stamping',
    );
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const tsa = new FakeTsa(folder, server, await readFile(join(folder, 'ca.pem'), 'utf8'));
    server.on('request', (request, response) => void tsa.serve(request, response));
    return tsa;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/tsr`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.asked += 1;
    if (this.conduct === 'is down') return void response.writeHead(503).end();
    response.setHeader('content-type', 'application/timestamp-reply');
    response.end(await this.answer(Buffer.concat(chunks)));
  }

  private async answer(request: Buffer): Promise<Buffer> {
    if (this.conduct === 'babbles') return randomBytes(200);
    // PKIStatusInfo rejection, no token (RFC 3161 §2.4.2).
    if (this.conduct === 'refuses') return Buffer.from('30053003020102', 'hex');
    if (this.conduct === 'replays' && this.#first) return this.#first;
    const name = randomBytes(6).toString('hex');
    await writeFile(join(this.folder, `${name}.tsq`), request);
    await run(
      'openssl',
      ['ts', '-reply', '-config', 'tsa.cnf', '-queryfile', `${name}.tsq`, '-signer', 'tsa.pem', '-inkey', 'tsa.key', '-out', `${name}.tsr`],
      { cwd: this.folder },
    );
    const answer = await readFile(join(this.folder, `${name}.tsr`));
    this.#first ??= answer;
    return answer;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }
}
