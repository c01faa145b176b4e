/** Second signatures and carried evidence on the way of a message: who is let in, what is kept, what goes out. */
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { ExchangeError } from '#model';
import { attachSecond, decodeFrame, openReceipt, openSecond, prepareSecond, secondKey, signXml, type Part } from '#trust';
import { makeCertificate } from '../../../test/support/certificates.ts';
import {
  SignatureService,
  type ForeignVerdict,
  type ForeignVerifyRequest,
  type SecondSignRequest,
} from './ports/foreign-signature.port.ts';
import { readForeignTrust } from './foreign-trust.ts';
import type { AuditRecord } from './ports/audit-log.port.ts';
import { InMemoryDatabase, InMemoryExchangeStore, InMemorySecondSignatureStore } from './testing/in-memory-store.ts';
import { waitFor, World } from './testing/world.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const p384 = (input: Buffer) => sign('sha384', input, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
const certificate = makeCertificate('partner 国家口岸');
const stranger = makeCertificate('stranger');
const OPAQUE = 'urn:oid:1.2.156.10197.1.501';

/** A module behind the port: P-384 plays the algorithm nobody here knows. */
class Module extends SignatureService {
  available = true;
  answer: ForeignVerdict | undefined;
  readonly asked: (ForeignVerifyRequest | SecondSignRequest)[] = [];
  override async verify(request: ForeignVerifyRequest): Promise<ForeignVerdict> {
    this.#ask(request);
    if (this.answer) return this.answer;
    const good = verify('sha384', request.input, { key: pair.publicKey, dsaEncoding: 'ieee-p1363' }, request.signature ?? Buffer.alloc(0));
    return { verdict: good ? 'valid' : 'invalid' };
  }
  override async sign(request: SecondSignRequest): Promise<Buffer> {
    this.#ask(request);
    return p384(request.input);
  }
  #ask(request: ForeignVerifyRequest | SecondSignRequest): void {
    if (!this.available) throw new ExchangeError('SIGNATURE_SERVICE_UNAVAILABLE');
    this.asked.push(request);
  }
}

describe('foreign signatures', () => {
  let database: InMemoryDatabase;
  let module: Module;
  let world: World;
  const start = async (links: Record<string, object>) => {
    const parts = { services: new Map([['module', module]]), xmlKeys: new Map([['9000', certificate.privateKey]]) };
    const store = new InMemorySecondSignatureStore(database);
    const audit = { append: async (record: AuditRecord) => void audited.push(record) };
    world = await new World(new InMemoryExchangeStore(database), undefined, audit, { links, parts, store }).start();
  };
  const audited: AuditRecord[] = [];
  beforeEach(() => {
    database = new InMemoryDatabase();
    module = new Module();
    audited.length = 0;
  });
  afterEach(() => world.stop());

  const receive = async (frame: Buffer) => (await world.receive('lsw', frame))[0]!;
  const evidence = () => [...database.evidence.values()];
  const issuesOf = (receipt: Buffer | undefined) => {
    const opened = openReceipt(receipt!, world.directory, { now: world.clock.now(), issuer: 'LBG' });
    return opened.ok ? [opened.receipt.status, ...opened.receipt.issues.map(({ code }) => code)] : [opened.reason];
  };
  const note = { note: '1', text: '货物经霍尔果斯 — Қорғас' };
  const second = (jws: Buffer, alg = 'ES384') => {
    const { input, finish } = prepareSecond(jws, secondKey(publicKey, alg), world.clock.now());
    return finish(p384(input));
  };

  describe('a second signature of a partner', () => {
    const agreed = (policy: 'all' | 'any', alg = 'ES384') => ({
      lsw: { secondSignature: { alg, policy, keys: [{ publicKey, ...(alg === 'ES384' ? {} : { service: 'module' }) }] } },
    });

    test.each([
      ['judged here', 'ES384'],
      ['judged by the module', OPAQUE],
    ])('is let in and kept with its verdict: %s', async (_, alg) => {
      await start(agreed('all', alg));
      const { frame, jws, manifestDigest } = world.seal('LSW', note);
      expect((await receive(attachSecond(frame, second(jws, alg)))).verdict).toBe('accepted');
      expect(evidence()).toMatchObject([{ scheme: 'jws-second', verdict: 'valid', algorithm: alg, bytesDigest: manifestDigest }]);
      expect(module.asked).toHaveLength(alg === 'ES384' ? 0 : 1);
    });

    test.each([
      ['missing', (frame: Buffer) => frame],
      ['over another message', (frame: Buffer) => attachSecond(frame, second(world.seal('LSW', { note: '2', text: '' }).jws))],
    ])('%s: quarantined where all are required, a warning where any suffices', async (_, change) => {
      await start(agreed('all'));
      expect((await receive(change(world.seal('LSW', note).frame))).verdict).toBe('quarantined');
      expect(database.inbox.size).toBe(0);
      expect(evidence()[0]).toMatchObject({ subject: expect.stringMatching(/^quarantine:/) as string });
      expect(evidence()[0]!.verdict).not.toBe('valid');
      await world.stop();
      database = new InMemoryDatabase();
      await start(agreed('any'));
      const outcome = await receive(change(world.seal('LSW', note).frame));
      expect(outcome.verdict).toBe('accepted');
      expect(issuesOf(outcome.receipt)).toEqual(['valid', 'CARRIED_SIGNATURE_DOUBTFUL']);
    });

    test('of a link that agreed on none is refused as a frame nobody here reads', async () => {
      await start({});
      const { frame, jws } = world.seal('LSW', note);
      expect((await receive(attachSecond(frame, second(jws)))).verdict).toBe('quarantined');
    });

    test('is not judged without its module: nothing is acknowledged, and later it is let in', async () => {
      await start(agreed('all', OPAQUE));
      const { frame, jws } = world.seal('LSW', note);
      const framed = attachSecond(frame, second(jws, OPAQUE));
      module.available = false;
      await expect(receive(framed)).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
      expect(database.inbox.size).toBe(0);
      module.available = true;
      expect((await receive(framed)).verdict).toBe('accepted');
      expect((await receive(framed)).verdict).toBe('duplicate');
      expect(module.asked).toHaveLength(1);
    });
  });

  describe('our own second signature', () => {
    const agreed = { keg: { secondSignature: { alg: OPAQUE, policy: 'all', sign: { service: 'module', publicKey } } } };
    const arrived = () => world.transport.messagesTo('keg').map(({ frame }) => decodeFrame(frame));

    test('travels beside the first, is kept, and leaves other links as they are', async () => {
      await start(agreed);
      await receive(world.seal('LSW', note).frame);
      await waitFor(() => arrived().length === 1 && world.transport.receiptsTo('lsw').length === 1);
      const [frame] = arrived();
      if (!frame?.ok || !frame.second) throw new TypeError('no second signature');
      const opened = openSecond(frame.second, frame.jws, [secondKey(publicKey, OPAQUE)], world.clock.now());
      expect(opened.ok && verify('sha384', opened.input, { key: pair.publicKey, dsaEncoding: 'ieee-p1363' }, opened.signature)).toBe(true);
      expect(evidence()).toMatchObject([{ subject: expect.stringMatching(/^out:/) as string, verdict: 'made', signature: frame.second }]);
    });

    test('is the same octets in every attempt, and made once', async () => {
      await start(agreed);
      world.transport.failures = ['PUBLISH_UNCONFIRMED'];
      const sent: Buffer[] = [];
      const send = world.transport.send.bind(world.transport);
      world.transport.send = (link, items) => {
        if (link.id === 'keg') sent.push(...items.map(({ frame }) => frame));
        return send(link, items);
      };
      await receive(world.seal('LSW', note).frame);
      await waitFor(() => {
        world.clock.pass(60);
        return arrived().length === 1;
      });
      expect(sent).toHaveLength(2);
      expect(sent[1]).toEqual(sent[0]);
      expect(module.asked).toHaveLength(1);
    });

    test('waits for its module, and nothing goes out without it', async () => {
      await start(agreed);
      module.available = false;
      await receive(world.seal('LSW', note).frame);
      await waitFor(() => world.reported.length > 0);
      expect(arrived()).toHaveLength(0);
      module.available = true;
      await waitFor(() => {
        world.clock.pass(60);
        return arrived().length === 1;
      });
      expect(arrived()[0]).toMatchObject({ second: expect.any(Buffer) as Buffer });
    });
  });

  describe('an XML signature in the document', () => {
    const envelope = '<Envelope><Number>1</Number><Data>合成</Data></Envelope>';
    const signed = (by = certificate, keyName = '42') => signXml(envelope, { keyName, algorithm: 'rsa-sha256', privateKey: by.privateKey });
    const legacy = signXml(envelope, { keyName: '42', algorithm: 'rsa-sha1', privateKey: certificate.privateKey });
    const agreed = (onFailure?: string, more: object = {}) => ({
      lsw: {
        carriedEvidence: {
          scheme: 'xml-dsig',
          ...(onFailure && { onFailure }),
          certificates: [{ keyName: '42', certificate: certificate.pem }],
          ...more,
        },
      },
    });
    /** The certificate is valid from now, the world's clock stands elsewhere. */
    const today = () => (world.clock.time = new Date(Date.now() + 1000));

    test('that verifies is kept, and the document is read as ever', async () => {
      await start(agreed());
      today();
      const outcome = await receive(world.seal('LSW', signed()).frame);
      expect(evidence()).toMatchObject([{ scheme: 'xml-dsig', verdict: 'valid', keyName: '42', algorithm: 'rsa-sha256' }]);
      expect(evidence()[0]!.signature.toString()).toContain('SignatureValue');
      // The toy format knows no XML: what is answered is the format's refusal, not the signature's.
      expect(issuesOf(outcome.receipt)).toEqual(['refused', 'JSON_MALFORMED']);
    });

    test.each([
      ['absent', () => envelope, 'absent', 'SIGNATURE_ABSENT'],
      ['tampered with', () => signed().replace('合成', '真实'), 'invalid', 'VALUE_WRONG'],
      ['by another key under the agreed number', () => signed(stranger), 'invalid', 'VALUE_WRONG'],
      ['under a number nobody agreed', () => signed(stranger, '43'), 'invalid', 'CERTIFICATE_UNKNOWN'],
      ['with SHA-1', () => legacy, 'invalid', 'ALGORITHM_LEGACY'],
    ])('%s: refused by default, and told without the reason', async (_, document, verdict, reason) => {
      await start(agreed());
      today();
      const outcome = await receive(world.seal('LSW', document()).frame);
      expect(outcome.verdict).toBe('refused');
      expect(issuesOf(outcome.receipt)).toEqual(['refused', 'CARRIED_SIGNATURE_INVALID']);
      expect(evidence()).toMatchObject([{ subject: expect.stringMatching(/^in:LSW/) as string, verdict, reason }]);
    });

    test('can be set to quarantine, or to keep with a warning', async () => {
      await start(agreed('quarantine'));
      today();
      expect((await receive(world.seal('LSW', envelope).frame)).verdict).toBe('quarantined');
      expect(database.inbox.size).toBe(0);
      await world.stop();
      await start(agreed('keep'));
      today();
      expect(issuesOf((await receive(world.seal('LSW', note).frame)).receipt)).toEqual(['valid', 'CARRIED_SIGNATURE_DOUBTFUL']);
    });

    test('with SHA-1 passes under the switch until its date, with a warning and on record', async () => {
      const until = new Date(Date.now() + 3_600_000);
      await start(agreed('refuse', { legacy: { until: until.toISOString(), allow: ['sha1'] } }));
      today();
      expect(issuesOf((await receive(world.seal('LSW', legacy).frame)).receipt)).toContain('CARRIED_SIGNATURE_LEGACY');
      expect(evidence()[0]).toMatchObject({ verdict: 'valid', reason: 'LEGACY sha1' });
      expect(audited).toMatchObject([
        { actor: 'partner:LSW', action: 'legacy.use', subject: 'link:lsw', after: { allowed: 'sha1', until } },
      ]);
      world.clock.time = new Date(until.getTime() + 1);
      expect(issuesOf((await receive(world.seal('LSW', legacy).frame)).receipt)).toEqual(['refused', 'CARRIED_SIGNATURE_INVALID']);
    });
  });

  describe('an opaque signature', () => {
    const file: Part = { name: 'document.p7s', mediaType: 'application/pkcs7-signature', bytes: Buffer.from('opaque') };
    const agreed = {
      lsw: {
        carriedEvidence: {
          scheme: 'external',
          service: 'module',
          part: file.name,
          certificates: [{ keyName: 'БИН 000000000000', certificate: certificate.pem }],
        },
      },
    };
    const digestOf = (one: typeof certificate) =>
      readForeignTrust(world.book.links, { services: new Map([['module', module]]), xmlKeys: new Map() })
        .get('lsw')!
        .carried!.certificates.find(({ pem }) => pem === one.pem)?.digest;

    test('counts when the module says so and the certificate is one agreed on the link', async () => {
      await start(agreed);
      world.clock.time = new Date(Date.now() + 1000);
      module.answer = { verdict: 'valid', certificateDigest: digestOf(certificate)!, algorithm: '1.2.398.3.10.1.1.2.3.2' };
      expect((await receive(world.seal('LSW', note, { further: file }).frame)).verdict).toBe('accepted');
      expect(evidence()).toMatchObject([{ scheme: 'external', verdict: 'valid', keyName: 'БИН 000000000000', signature: file.bytes }]);
      expect(module.asked[0]).toMatchObject({ input: Buffer.from(JSON.stringify(note)), signature: file.bytes });
    });

    test('is no file beside the document: no file is missed for it, and it does not go on; a true file does', async () => {
      await start(agreed);
      world.clock.time = new Date(Date.now() + 1000);
      module.answer = { verdict: 'valid', certificateDigest: digestOf(certificate)! };
      const declaration = {
        model: 'landbridge/1',
        type: 'GoodsDeclaration',
        header: { messageId: 'D1', functionCode: { value: '9', listId: 'UN-1225' } },
        attachedFile: [{ fileName: 'invoice.pdf' }],
      };
      // Its file goes another way, so that nothing is asked of what came along.
      expect((await receive(world.seal('LSW', { canonical: declaration }, { further: file }).frame)).verdict).toBe('accepted');
      const files = { 'invoice.pdf': Buffer.from('%PDF 发票') };
      await receive(world.seal('LSW', { canonical: declaration }, { further: file, files }).frame);
      const sent = () => world.transport.messagesTo('keg').map(({ frame }) => world.opened(frame, 'KEG').parts.map(({ name }) => name));
      await waitFor(() => sent().length === 2);
      expect(sent()).toEqual([['document'], ['document', 'invoice.pdf']]);
    });

    test.each<[string, ForeignVerdict, string]>([
      ['a forged signature with the right certificate', { verdict: 'invalid', reason: 'DIGEST' }, 'DIGEST'],
      ['a good signature with a strange certificate', { verdict: 'valid', certificateDigest: 'x' }, 'CERTIFICATE_UNKNOWN'],
      ['a good signature with no certificate named', { verdict: 'valid' }, 'CERTIFICATE_UNKNOWN'],
      ['no verdict', { verdict: 'indeterminate' }, 'VERIFIER'],
    ])('%s is refused', async (_, answer, reason) => {
      await start(agreed);
      world.clock.time = new Date(Date.now() + 1000);
      module.answer = answer;
      expect((await receive(world.seal('LSW', note, { further: file }).frame)).verdict).toBe('refused');
      expect(evidence()[0]).toMatchObject({ reason });
    });

    test('that is not there is refused without asking', async () => {
      await start(agreed);
      expect((await receive(world.seal('LSW', note).frame)).verdict).toBe('refused');
      expect(module.asked).toHaveLength(0);
    });
  });
});

test('an agreement with keys that cannot be used is refused at the start, every fault at once', () => {
  const link = { id: 'x', partner: 'KEG', transport: 'amqp' } as never as Parameters<typeof readForeignTrust>[0][number];
  const faults = () =>
    readForeignTrust(
      [
        {
          ...link,
          secondSignature: { alg: OPAQUE, policy: 'all', keys: [{ publicKey }], sign: { service: 'none', publicKey: '-----BEGIN X' } },
          carriedEvidence: {
            scheme: 'external',
            onFailure: 'refuse',
            certificates: [{ keyName: '1', certificate: '-----BEGIN X' }],
            sign: { keyName: '7', algorithm: 'rsa-sha256' },
          },
        },
      ],
      { services: new Map(), xmlKeys: new Map() },
    );
  const at = (pointer: string) => expect.objectContaining({ pointer: `/links/0/${pointer}` }) as unknown;
  expect(faults).toThrow(
    expect.objectContaining({
      issues: [
        at('secondSignature/keys/0'),
        at('secondSignature/sign/publicKey'),
        at('secondSignature/sign/service'),
        at('carriedEvidence/certificates/0'),
        at('carriedEvidence/service'),
        at('carriedEvidence/sign/keyName'),
      ],
    }),
  );
});
