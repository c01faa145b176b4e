import { once } from 'node:events';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';
import { createServer as createTls, type TlsOptions } from 'node:tls';
import type { Found } from '#onboarding';
import { makeCertificate } from '../../../../test/support/certificates.ts';
import { SocketProbe, type SocketProbeOptions } from './network-probe.ts';

const server = makeCertificate('localhost', 'ec');
const client = makeCertificate('клиент 客户', 'ec');
const keyOf = (one: typeof server) => one.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const permissions = (): Promise<Found> => Promise.resolve({ state: 'ok', detail: '' });

describe('what a socket tells about an address', () => {
  const running: Server[] = [];
  afterAll(() => running.forEach((one) => one.close()));

  async function listening(made: Server): Promise<number> {
    running.push(made);
    made.listen(0, '127.0.0.1');
    await once(made, 'listening');
    return (made.address() as AddressInfo).port;
  }
  const tls = (options: TlsOptions = {}) =>
    listening(
      createTls({ cert: server.pem, key: keyOf(server), ...options }, (socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
      }),
    );
  const probe = (url: string, options: Partial<SocketProbeOptions> = {}) =>
    new SocketProbe({ url, permissions, now: () => new Date(), ...options });

  it('resolves and connects, or says with the code of the system why not', async () => {
    const port = await listening(createTcp((socket) => socket.end()));
    const open = probe(`http://127.0.0.1:${port}`);
    expect(await open.probe('dns')).toMatchObject({ state: 'ok' });
    expect(await open.probe('tcp')).toMatchObject({ state: 'ok', detail: `connected to 127.0.0.1 port ${port}` });
    const [closed] = running.splice(0, 1);
    closed!.close();
    await once(closed!, 'close');
    expect(await open.probe('tcp')).toMatchObject({ state: 'failed', code: 'ECONNREFUSED', detail: 'Nothing listens on this port.' });
    expect(await probe('https://no.such.name.invalid').probe('dns')).toMatchObject({
      state: 'failed',
      code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) as string,
    });
  });

  it('names version and cipher, and refuses an authority it does not know and another name', async () => {
    const port = await tls();
    const good = await probe(`https://localhost:${port}`, { ca: server.pem }).probe('tls');
    expect(good).toMatchObject({ state: 'ok', detail: expect.stringMatching(/^TLSv1\.3 TLS_\S+, certificate until/) as string });
    expect(await probe(`https://localhost:${port}`).probe('tls')).toMatchObject({ state: 'failed', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const other = await probe(`https://127.0.0.1:${port}`, { ca: server.pem }).probe('tls');
    expect(other).toMatchObject({ state: 'failed', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('does not take clear text for TLS, nor old TLS for new', async () => {
    const clear = await listening(createTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await probe(`https://localhost:${clear}`, { ca: server.pem }).probe('tls')).toMatchObject({
      state: 'failed',
      code: expect.stringContaining('ERR_SSL') as string,
    });
    expect(await probe(`http://127.0.0.1:${clear}`).probe('tls')).toMatchObject({ state: 'not applicable' });
    const old = await tls({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(await probe(`https://localhost:${old}`, { ca: server.pem }).probe('tls')).toMatchObject({ state: 'failed' });
  });

  it('presents a client certificate, and sees a refusal that TLS 1.3 tells late', async () => {
    const port = await tls({ requestCert: true, rejectUnauthorized: true, ca: client.pem });
    const url = `https://localhost:${port}`;
    const right = { cert: client.pem, key: keyOf(client) };
    expect(await probe(url, { ca: server.pem, clientCertificate: right }).probe('client-certificate')).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('renew it now') as string,
    });
    const stranger = { cert: server.pem, key: keyOf(server) };
    expect(await probe(url, { ca: server.pem, clientCertificate: stranger }).probe('client-certificate')).toMatchObject({
      state: 'failed',
    });
    expect(await probe(url, { ca: server.pem }).probe('client-certificate')).toMatchObject({ state: 'not applicable' });
    const later = () => new Date(Date.now() + 40 * 86_400_000);
    expect(await probe(url, { ca: server.pem, clientCertificate: right, now: later }).probe('client-certificate')).toMatchObject({
      state: 'failed',
      code: 'CERT_HAS_EXPIRED',
    });
  });
});
