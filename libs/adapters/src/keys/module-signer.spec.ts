/** A key of ours inside a signature module: what the module answers, and how the key folder remembers it. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyDirectory, masterKey, signedBy, signKeyDocument, type PublicJwk } from '#trust';
import { remoteSignerContract } from '../../../../test/contract/remote-signer.contract.ts';
import { HttpSignatureService } from '../foreign/index.ts';
import { FolderPrivateKeys } from './folder-private-keys.ts';
import { KeyFolder } from './key-folder.ts';
import { ModuleSigner } from './module-signer.ts';

const pairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  Ed25519: generateKeyPairSync('ed25519'),
};
const jwkOf = (alg: keyof typeof pairs) => pairs[alg].publicKey.export({ format: 'jwk' }) as PublicJwk;
const signatureOf = (key: KeyObject, input: Buffer) =>
  key.asymmetricKeyType === 'ec' ? sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }) : sign(null, input, key);

/** The module: finds the key by the algorithm it is asked for; fails as often as it is told. */
let server: Server;
let url: string;
let failing = 0;
beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      if (failing > 0) {
        failing -= 1;
        return void outgoing.writeHead(503).end();
      }
      const { operation, algorithm, input } = JSON.parse(body) as { operation: string; algorithm: keyof typeof pairs; input: string };
      const signature = signatureOf(pairs[algorithm].privateKey, Buffer.from(input, 'base64'));
      outgoing.writeHead(200).end(operation === 'sign' ? JSON.stringify({ signature: signature.toString('base64') }) : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => (failing = 0));

describe.each(['ES256', 'Ed25519'] as const)('a module behind an address (%s)', (alg) => {
  remoteSignerContract(() => ({
    signer: new ModuleSigner(jwkOf(alg), new HttpSignatureService(url), [0, 0]),
    down: () => (failing = Infinity),
    up: () => (failing = 0),
  }));

  test('a module that fails twice is asked a third time, and a fourth time by nobody', async () => {
    failing = 2;
    const signer = new ModuleSigner(jwkOf(alg), new HttpSignatureService(url), [0, 0]);
    expect(await signer.sign(Buffer.from('x'))).toHaveLength(64);
    failing = 3;
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
    expect(failing).toBe(0);
  });
});

describe('the key folder', () => {
  let place: string;
  let folder: KeyFolder;
  const NOW = new Date('2026-03-14T09:15:00.000Z');
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'landbridge-module-key-'));
    folder = await KeyFolder.open(place, masterKey(randomBytes(32)));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  const services = () => new Map([['hsm', new HttpSignatureService(url)]]);

  test('keeps the name of the service and no private half; the key signs a document that everybody believes', async () => {
    const attached = new ModuleSigner(jwkOf('ES256'), services().get('hsm')!);
    await folder.attach('LBG', attached, 'hsm', NOW);
    const [document] = await folder.documents();
    expect(document).toMatchObject({ party: 'LBG', keys: [{ kid: attached.kid, status: 'active' }] });
    expect((await stat(join(place, 'private', `${attached.kid}.module.json`))).mode & 0o777).toBe(0o600);
    expect(await folder.signerOf(attached.kid)).toBeUndefined();

    const signer = await new FolderPrivateKeys(folder, services()).signer(attached.kid);
    const directory = new KeyDirectory();
    directory.importTrusted(document);
    const jws = await signedBy(signer!, (by) => signKeyDocument({ ...document!, version: document!.version + 1 }, by, NOW));
    expect(directory.judgeSigned(jws, NOW)).toMatchObject({ ok: true });
  });

  test('a second key is pending like any other, and one in a service that nobody named does not come up', async () => {
    const first = await folder.generate('LBG', 'ES256', NOW);
    const attached = new ModuleSigner(jwkOf('Ed25519'), services().get('hsm')!);
    await folder.attach('LBG', attached, 'gone', NOW);
    const [document] = await folder.documents();
    expect(document!.keys.map(({ kid, status }) => [kid, status])).toEqual([
      [first.kid, 'active'],
      [attached.kid, 'pending'],
    ]);
    const keys = new FolderPrivateKeys(folder, services());
    expect((await keys.signer(first.kid))?.kid).toBe(first.kid);
    await expect(keys.signer(attached.kid)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
  });

  test('a key that may not sign is refused', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    expect(() => new ModuleSigner(publicKey.export({ format: 'jwk' }), new HttpSignatureService(url))).toThrow(
      expect.objectContaining({ code: 'KEY_REFUSED' }),
    );
  });
});
