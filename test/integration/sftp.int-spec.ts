import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxOf, fileName, FolderPartner, OutboundGuard, SftpTransport, type SftpTransportOptions } from '#adapters';
import { Link } from '#model';
import { transportContract } from '../contract/transport.contract.ts';
import { SftpServer } from '../support/sftp-server.ts';
import { waitFor } from '../support/wait-for.ts';

const guard = new OutboundGuard(['127.0.0.1'], 'SFTP_OUTBOUND_ALLOW');
const linkAt = (server: SftpServer, more: object = {}): Link =>
  Link.parse({
    id: 'keg',
    partner: 'KEG',
    transport: 'sftp',
    limits: { messageBytes: 6 * 1024 * 1024 },
    sftp: { host: '127.0.0.1', port: server.port, user: 'lbg', folder: '/霍尔果斯 keg', hostKeys: [server.fingerprint], ...more },
  });
const transportTo = (server: SftpServer, options: Partial<SftpTransportOptions> = {}) =>
  new SftpTransport({ privateKey: server.clientKey, guard, lookMs: 5, retryBaseMs: 5, retryCapMs: 50, timeoutMs: 10_000, ...options });

describe('an SFTP server as a transport', () => {
  transportContract(async () => {
    const root = await mkdtemp(join(tmpdir(), 'landbridge-sftp-'));
    const server = await SftpServer.start(root);
    const link = linkAt(server);
    let id = 0n;
    return {
      link,
      transport: async (options) => transportTo(server, options),
      // The partner keeps the server: its end of the boxes is a disk.
      partner: async () => new FolderPartner({ folder: join(root, link.sftp!.folder), lookMs: 5 }),
      item: async ({ frame, kind = 'message' }) => ({
        id: String((id += 1n)),
        kind,
        messageId: randomUUID(),
        type: kind === 'message' ? 'IFTMIN' : kind,
        frame,
        possibleDuplicate: false,
        createdAt: new Date(),
      }),
      // Every connection breaks in the middle of whatever it does.
      interrupt: async () => server.breakAll(),
      close: async () => {
        await server.close();
        await rm(root, { recursive: true, force: true });
      },
    };
  });
});

describe('a link over SFTP', () => {
  let root: string;
  let server: SftpServer;
  let transport: SftpTransport | undefined;
  const reported: unknown[] = [];
  const report = (error: unknown) => void reported.push(error);
  const folder = () => join(root, '霍尔果斯 keg');
  const names = (box: 'OutBox' | 'SentBox' | 'InBox' | 'FailBox') => readdir(boxOf(folder(), box)).then((all) => all.sort());
  const said = () => reported.map((error) => (error as { code?: string; message: string }).code ?? String((error as Error).message)).join();
  const item = (text: string) => ({
    ...{ id: '1', kind: 'message' as const, messageId: randomUUID(), type: 'IFTMIN', possibleDuplicate: false },
    ...{ frame: Buffer.from(text), createdAt: new Date() },
  });
  const start = async (link: Link, options: Partial<SftpTransportOptions> = {}) => {
    transport = transportTo(server, { report, ...options });
    await transport.start([link], async (deliveries) => deliveries.map(() => ({ verdict: 'accepted' })));
    return transport;
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'landbridge-sftp-'));
    server = await SftpServer.start(root);
    reported.length = 0;
  });
  afterEach(async () => {
    await transport?.close();
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  it('is spoken to no host with another key, and the key that proves us is not even offered there', async () => {
    await start(linkAt(server, { hostKeys: [`SHA256:${'A'.repeat(43)}`] }));
    await waitFor(() => reported.length > 0);
    expect(transport!.condition('keg')).toBe('down');
    expect(server.offered).toEqual([]);
    expect((await transport!.send(linkAt(server), [item('运单')]))[0]).toMatchObject({ sent: false });
    expect(await readdir(root)).toEqual([]);
  });

  it('knows us by our key only, and nothing of it is told', async () => {
    await start(linkAt(server), { privateKey: server.strangersKey });
    await waitFor(() => reported.length > 0);
    expect(transport!.condition('keg')).toBe('down');
    expect(new Set(server.offered)).not.toContain('password');
    expect(said()).not.toMatch(/PRIVATE|BEGIN/);
  });

  it('calls no address that the operator did not allow', async () => {
    await start(linkAt(server), { guard: new OutboundGuard([], 'SFTP_OUTBOUND_ALLOW') });
    await waitFor(() => reported.length > 0);
    expect(said()).toContain('OUTBOUND_REFUSED');
    expect(server.connections).toBe(0);
  });

  it('never shows half a frame: what breaks in the middle of writing leaves a temporary name, and is in doubt', async () => {
    const link = linkAt(server);
    const gateway = await start(link);
    await waitFor(() => gateway.condition('keg') === 'up');
    server.breakAtNext('WRITE');
    expect(
      (await gateway.send(link, [item('накладная '.repeat(20_000)), item('second')])).map((one) => (one.sent ? 'sent' : one.code)),
    ).toEqual(['PUBLISH_UNCONFIRMED', 'LINK_UNREACHABLE']);
    expect((await names('InBox')).filter((name) => name.endsWith('.lbm'))).toEqual([]);
    await waitFor(async () => (await gateway.send(link, [{ ...item('накладная'), possibleDuplicate: true }]))[0]!.sent);
    expect((await names('InBox')).filter((name) => name.endsWith('@again.lbm'))).toHaveLength(1);
  });

  it('takes what was moved while the answer got lost as moved, once', async () => {
    const gateway = await start(linkAt(server));
    await waitFor(() => gateway.condition('keg') === 'up');
    server.breakAtNext('RENAME', 'after');
    await writeFile(
      boxOf(folder(), 'OutBox') + `/${fileName({ order: '7', kind: 'message', messageId: 'a', type: 'b', again: false })}`,
      'frame',
    );
    await waitFor(async () => (await names('SentBox')).length === 1 && gateway.condition('keg') === 'up');
    expect(await names('OutBox')).toEqual([]);
  });
});
