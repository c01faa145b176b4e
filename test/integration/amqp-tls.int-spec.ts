import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AmqpEvent, AmqpPartner, AmqpTransport, KeyFolder, loadMasterKey, startPrivateBroker, type PrivateBroker } from '#adapters';
import { readAgreements } from '#config';
import { Link } from '#model';
import { GatewayProcess } from '../../apps/cli/src/demo/stage/gateway-process.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { layTopology, type TestTopology } from '../support/rabbitmq.ts';
import { waitFor } from '../support/wait-for.ts';

const openssl = (...args: string[]) => promisify(execFile)('openssl', args);

/** A certificate authority of our own, and what it vouches for: the name localhost. */
async function authority(folder: string, name: string) {
  const at = (file: string): string => join(folder, `${name}-${file}`);
  const [ca, caKey, request, certificate, key] = [at('ca.pem'), at('ca.key'), at('server.csr'), at('server.pem'), at('server.key')];
  const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl('req', '-x509', ...elliptic, '-keyout', caKey, '-out', ca, '-days', '2', '-subj', `/CN=Test authority ${name}`);
  await openssl('req', ...elliptic, '-keyout', key, '-out', request, '-subj', '/CN=localhost');
  await writeFile(at('server.ext'), 'subjectAltName=DNS:localhost\n');
  const signing = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', at('server.ext')];
  await openssl('x509', '-req', '-in', request, '-out', certificate, ...signing);
  return { ca, certificate, key };
}

describe('a broker behind TLS', () => {
  const link = Link.parse({ id: 'tls-hrg', partner: 'HRG', transport: 'amqp' });
  let folder: string;
  let ours: Awaited<ReturnType<typeof authority>>;
  let strangers: string;
  let node: PrivateBroker;
  let topology: TestTopology;
  const open: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-tls-'));
    ours = await authority(folder, 'ours');
    strangers = (await authority(folder, 'strangers')).ca;
    node = await startPrivateBroker({ tls: ours });
    topology = await layTopology({ url: node.tlsUrl!, managementUrl: node.managementUrl }, [link]);
  }, 120_000);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((it) => it.close()));
  });
  afterAll(async () => {
    await node?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('carries messages both ways for those who trust its authority', async () => {
    const tls = { ca: await readFile(ours.ca) };
    const received: string[] = [];
    const transport = new AmqpTransport({ url: topology.gatewayUrl, tls });
    open.push(transport);
    await transport.start([link], async (deliveries) => {
      received.push(...deliveries.map(({ frame }) => frame.toString()));
      return deliveries.map(() => ({ verdict: 'accepted' }));
    });
    const partner = await AmqpPartner.connect({ url: topology.partnerUrl('HRG'), link: link.id, tls });
    open.push(partner);
    const taken: string[] = [];
    partner.onFrame(async (frame) => void taken.push(frame.toString()));
    const base = { kind: 'message' as const, messageId: randomUUID(), type: 'test/message' };
    expect(await partner.send({ ...base, frame: Buffer.from('towards the gateway') })).toEqual({ sent: true });
    const item = { ...base, id: '1', frame: Buffer.from('towards the partner'), possibleDuplicate: false, createdAt: new Date() };
    expect(await transport.send(link, [item])).toEqual([{ id: '1', sent: true }]);
    await waitFor(() => received.length === 1 && taken.length === 1);
    expect([received, taken]).toEqual([['towards the gateway'], ['towards the partner']]);
  });

  it.each([
    ['know its authority', async () => undefined],
    ['trust another authority', async () => ({ ca: await readFile(strangers) })],
  ])('gets neither message nor password from those who do not %s', async (_what, tlsOf) => {
    const events: AmqpEvent[] = [];
    const tls = await tlsOf();
    const transport = new AmqpTransport({ url: topology.gatewayUrl, ...(tls ? { tls } : {}), onEvent: (event) => void events.push(event) });
    open.push(transport);
    await transport.start([link], async () => []);
    expect(transport.condition(link.id)).toBe('down');
    expect(events.map((event) => ('reason' in event ? event.reason : ''))).toContainEqual(expect.stringMatching(/certificate/));
    expect(events.some(({ kind }) => kind === 'connected')).toBe(false);
  });

  describe('and the gateway as a process', () => {
    let database: TestDatabase;
    let gateway: GatewayProcess | undefined;
    beforeEach(async () => void (database = await testDatabase()));
    afterEach(async () => {
      await gateway?.stop();
      await database.drop();
    });

    /** A gateway whose every link uses this broker; it may listen before its first attempt to connect has ended. */
    const startWith = async (data: string, ca?: string): Promise<GatewayProcess> => {
      const configured = readAgreements();
      const links = configured.links.map((one) => ({ ...one, transport: 'amqp' as const }));
      const agreements = join(folder, 'agreements.json');
      await writeFile(agreements, JSON.stringify({ ...configured, links }));
      const laid = await layTopology({ url: node.tlsUrl!, managementUrl: node.managementUrl }, links);
      const keys = await KeyFolder.open(join(data, 'keys'), await loadMasterKey(undefined, join(data, 'master.key')));
      await keys.generate(configured.gateway, 'ES256', new Date());
      gateway = await GatewayProcess.prepare({
        home: process.cwd(),
        data,
        databaseUrl: database.url,
        agreements,
        amqpUrl: laid.gatewayUrl,
        ...(ca === undefined ? {} : { amqpCa: ca }),
      });
      await gateway.start();
      return gateway;
    };
    const conditions = async ({ url }: GatewayProcess): Promise<string[]> => {
      const response = await fetch(`${url}/health/ready`);
      const { links: told } = (await response.json()) as { links: { condition: string }[] };
      return [...new Set(told.map(({ condition }) => condition))];
    };

    it('connects with AMQP_CA', async () => {
      const trusting = await startWith(await mkdtemp(join(folder, 'trusting-')), await readFile(ours.ca, 'utf8'));
      await waitFor(async () => (await conditions(trusting)).join() === 'up', 30_000);
    }, 120_000);

    it('stays up without, and says that its links are down', async () => {
      const wary = await startWith(await mkdtemp(join(folder, 'wary-')));
      await waitFor(async () => /certificate/.test(await readFile(wary.log, 'utf8')), 30_000);
      expect(await conditions(wary)).toEqual(['down']);
    }, 120_000);
  });
});
