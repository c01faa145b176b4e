import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  generateKey,
  GATEWAY_ALGORITHMS,
  certificateChain,
  certificateSummary,
  certificationRequest,
  directoryKey,
  KeyDirectory,
  LocalSigner,
  nextKeyDocument,
} from '#trust';
import { FROM, NOW } from '../support/trust-world.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'landbridge-certificate-'));
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Test CA',
    '-days',
    '30',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What an authority makes of a request. */
async function certified(signer: LocalSigner, name: string): Promise<string> {
  writeFileSync(at(`${name}.csr`), await certificationRequest(signer, 'CN=连云港, O=Порт\\, терминал, C=CN'));
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    `${name}.pem`,
    '-days',
    '20',
  );
  return readFileSync(at(`${name}.pem`), 'utf8') + readFileSync(at('ca.pem'), 'utf8');
}

describe.each(GATEWAY_ALGORITHMS)('a certification request with %s', (alg) => {
  const signer = new LocalSigner(generateKey(alg));

  it('proves possession to any authority and names the party in its own letters', async () => {
    writeFileSync(at(`${alg}.csr`), await certificationRequest(signer, 'CN=连云港, O=Порт\\, терминал, C=CN'));
    // openssl verifies the self-signature of the request and says so on either stream.
    expect(() => openssl('req', '-in', `${alg}.csr`, '-verify', '-noout')).not.toThrow();
    expect(openssl('req', '-in', `${alg}.csr`, '-noout', '-subject', '-nameopt', 'utf8,sep_multiline')).toMatch(
      /CN=连云港\n *O=Порт, терминал\n *C=CN/,
    );
  });

  it('comes back as a chain that stands beside the key and chooses nothing', async () => {
    const x5c = certificateChain(await certified(signer, alg));
    const document = nextKeyDocument('LSW', undefined, { change: 'add', key: { ...directoryKey(signer.jwk, { from: FROM }), x5c } }, NOW);
    expect(new KeyDirectory().importTrusted(document).keys[0]?.kid).toBe(signer.kid);
    expect(certificateSummary(x5c)).toMatchObject({ subject: expect.stringContaining('连云港'), issuer: 'CN=Test CA' });
  });

  it('is refused beside another key, out of order, or unreadable', async () => {
    const x5c = certificateChain(await certified(signer, alg));
    const other = directoryKey(new LocalSigner(generateKey(alg)).jwk, { from: FROM });
    const own = directoryKey(signer.jwk, { from: FROM });
    for (const key of [
      { ...other, x5c },
      { ...own, x5c: [...x5c].reverse() },
      { ...own, x5c: [x5c[0]!, x5c[0]!] },
      { ...own, x5c: ['AAAA'] },
    ])
      expect(() => new KeyDirectory().importTrusted(nextKeyDocument('LSW', undefined, { change: 'add', key }, NOW))).toThrow(
        expect.objectContaining({
          issues: [expect.objectContaining({ pointer: '/keys/0', message: expect.stringContaining('KEY_CERTIFICATE') })],
        }),
      );
    expect(() => certificateChain('no certificate')).toThrow(expect.objectContaining({ code: 'KEY_REFUSED' }));
  });
});

it('asks for a name as names are written', async () => {
  await expect(certificationRequest(new LocalSigner(generateKey('ES256')), 'somebody')).rejects.toMatchObject({ code: 'USAGE' });
});
