/** Signature modules behind a program and behind a loopback address: both answer the same questions, and neither is believed beyond its answer. */
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../../../test/support/certificates.ts';
import type { SignatureService } from '#exchange';
import { HttpSignatureService, ProcessSignatureService, signatureServices } from './index.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const request = { algorithm: 'urn:oid:1.2.156.10197.1.501', kid: 'k', publicKey, input: Buffer.from('待签名 — қол қою') };
const folder = mkdtempSync(join(tmpdir(), 'landbridge-module-'));

/** A program in JavaScript that this very node runs. */
function program(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!${process.execPath}\n${source}`);
  chmodSync(path, 0o755);
  return path;
}
const MODULE = `
const crypto = require('node:crypto');
const key = crypto.createPrivateKey(${JSON.stringify(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))});
exports.answer = (q) => {
  const input = Buffer.from(q.input, 'base64');
  if (q.operation === 'sign') return { signature: crypto.sign('sha384', input, { key, dsaEncoding: 'ieee-p1363' }).toString('base64') };
  const good = crypto.verify('sha384', input, { key: q.publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(q.signature, 'base64'));
  return { verdict: good ? 'valid' : 'invalid' };
};`;

let server: Server;
let url: string;
let respond: (body: string) => { status: number; text: string };
const library = join(folder, 'module.cjs');
writeFileSync(library, MODULE);
const worker = program(
  'worker.cjs',
  `let text = ''; process.stdin.on('data', (d) => (text += d)).on('end', () => process.stdout.write(JSON.stringify(require(${JSON.stringify(library)}).answer(JSON.parse(text)))));`,
);

beforeAll(async () => {
  const { answer } = jest.requireActual<{ answer: (question: unknown) => unknown }>(library);
  respond = (body) => ({ status: 200, text: JSON.stringify(answer(JSON.parse(body))) });
  server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      const { status, text } = respond(body);
      outgoing.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sm2`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

describe.each<[string, () => SignatureService]>([
  ['a program', () => new ProcessSignatureService(worker)],
  ['a loopback address', () => new HttpSignatureService(url)],
])('%s', (_, service) => {
  test('signs, and knows its own signature from an altered one', async () => {
    const signature = await service().sign(request);
    expect(verify('sha384', request.input, { key: pair.publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    const question = { scheme: 'jws', input: request.input, algorithm: request.algorithm, publicKey } as const;
    expect(await service().verify({ ...question, signature })).toEqual({ verdict: 'valid' });
    expect(await service().verify({ ...question, signature, input: Buffer.from('other') })).toEqual({ verdict: 'invalid' });
  });

  test('answers a hundred questions at once', async () => {
    const signatures = await Promise.all(Array.from({ length: 20 }, () => service().sign(request)));
    expect(signatures).toHaveLength(20);
  });
});

const QUESTION = { scheme: 'external', input: Buffer.from('x') } as const;

describe('what is no verdict is none', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', 'console.log("valid")'],
    ['another word', 'console.log(JSON.stringify({ verdict: "ok" }))'],
    ['a member nobody defined', 'console.log(JSON.stringify({ verdict: "valid", trust: true }))'],
    ['too much', 'process.stdout.write("x".repeat(1 << 20))'],
    ['a verdict and a failure', 'console.log(JSON.stringify({ verdict: "valid" })); process.exitCode = 3'],
    ['a crash', 'process.abort()'],
  ])('%s', async (name, source) => {
    const service = new ProcessSignatureService(program(`${name.replaceAll(' ', '-')}.cjs`, source));
    expect((await service.verify(QUESTION)).verdict).toBe('indeterminate');
    await expect(service.sign(request)).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
  });

  test('an error answer, and more than fits', async () => {
    const before = respond;
    respond = () => ({ status: 500, text: '{"verdict":"valid"}' });
    expect((await new HttpSignatureService(url).verify(QUESTION)).verdict).toBe('indeterminate');
    respond = () => ({ status: 200, text: ' '.repeat(1 << 20) });
    expect((await new HttpSignatureService(url).verify(QUESTION)).verdict).toBe('indeterminate');
    respond = before;
  });
});

test('who cannot be asked says so: no program, nobody listening, no end', async () => {
  const refused = { code: 'SIGNATURE_SERVICE_UNAVAILABLE' };
  await expect(new ProcessSignatureService('/nonexistent').verify(QUESTION)).rejects.toMatchObject(refused);
  await expect(new HttpSignatureService('http://127.0.0.1:1/').verify(QUESTION)).rejects.toMatchObject(refused);
  const endless = program('endless.cjs', 'setInterval(() => {}, 1000)');
  await expect(new ProcessSignatureService(endless, 100).verify(QUESTION)).rejects.toMatchObject(refused);
});

test('the setting names programs and addresses', () => {
  const services = signatureServices(
    new Map([
      ['sm2', '/opt/module'],
      ['gost', 'http://127.0.0.1:1/'],
    ]),
  );
  expect(services.get('sm2')).toBeInstanceOf(ProcessSignatureService);
  expect(services.get('gost')).toBeInstanceOf(HttpSignatureService);
});

/** CMS as in Kazakhstan, judged by OpenSSL behind the port: a right certificate alone must not do. */
test('a detached CMS verifies, and one forged with the right certificate does not', async () => {
  const holder = makeCertificate('holder');
  const [key, certificate, document, cms] = ['key.pem', 'certificate.pem', 'document', 'cms'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  writeFileSync(key, holder.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(certificate, holder.pem);
  const sign = (content: string) => {
    writeFileSync(document, content);
    execFileSync(
      'openssl',
      ['cms', '-sign', '-binary', '-in', document, '-signer', certificate, '-inkey', key, '-outform', 'DER', '-out', cms],
      { stdio: 'ignore' },
    );
    return execFileSync('cat', [cms]);
  };
  const judge = program(
    'cms.cjs',
    `const { execFileSync } = require('node:child_process');
     const { createHash, X509Certificate } = require('node:crypto');
     const { mkdtempSync, writeFileSync } = require('node:fs');
     let text = '';
     process.stdin.on('data', (d) => (text += d)).on('end', () => {
       const q = JSON.parse(text);
       const at = mkdtempSync(${JSON.stringify(join(folder, 'cms-'))});
       writeFileSync(at + '/in', Buffer.from(q.input, 'base64'));
       writeFileSync(at + '/sig', Buffer.from(q.signature, 'base64'));
       writeFileSync(at + '/ca', q.certificates.join('\\n'));
       let verdict = 'valid';
       try {
         execFileSync('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-in', at + '/sig', '-content', at + '/in', '-CAfile', at + '/ca', '-purpose', 'any', '-signer', at + '/signer', '-out', '/dev/null'], { stdio: 'ignore' });
       } catch { verdict = 'invalid'; }
       const answer = { verdict };
       if (verdict === 'valid') answer.certificateDigest = createHash('sha256').update(new X509Certificate(require('node:fs').readFileSync(at + '/signer')).raw).digest('base64url');
       process.stdout.write(JSON.stringify(answer));
     });`,
  );
  const content = 'Накладная СМГС 合成';
  const ask = (signature: Buffer, input = content) =>
    new ProcessSignatureService(judge).verify({ scheme: 'external', input: Buffer.from(input), signature, certificates: [holder.pem] });
  const signature = sign(content);
  const certificateDigest = createHash('sha256').update(new X509Certificate(holder.pem).raw).digest('base64url');
  expect(await ask(signature)).toEqual({ verdict: 'valid', certificateDigest });
  expect(await ask(sign('another document'))).toEqual({ verdict: 'invalid' });
  expect(await ask(signature, 'changed')).toEqual({ verdict: 'invalid' });
});
