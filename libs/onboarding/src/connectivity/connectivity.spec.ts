import { issue } from '#model';
import { directoryKey, generateKey, KeyDirectory, LocalSigner, PROFILE, type BodyKind } from '#trust';
import { ReferenceParty } from '../testing/reference-party.ts';
import {
  Bench,
  CONNECTIVITY_ROWS,
  LANGUAGES,
  NetworkProbe,
  ROW_TEXTS,
  testConnectivity,
  type Found,
  type NetworkRow,
  type RowResult,
} from '../index.ts';

const NOW = new Date('2026-03-14T09:15:00.000Z');

/** The network as a row says it is. */
class Network extends NetworkProbe {
  constructor(private readonly broken: Partial<Record<NetworkRow, Found>> = {}) {
    super();
  }
  probe(row: NetworkRow): Promise<Found> {
    return Promise.resolve(this.broken[row] ?? { state: 'ok', detail: row });
  }
}

interface Trouble {
  readonly skewMs?: number;
  /** What a proxy in between does to bodies. */
  readonly wire?: (body: Buffer, kind: BodyKind) => Buffer;
  readonly knows?: boolean;
}

function connect({ skewMs = 0, wire = (body) => body, knows = true }: Trouble = {}): () => Promise<Bench> {
  const [gateway, partner] = [new LocalSigner(generateKey('ES256')), new LocalSigner(generateKey('Ed25519'))];
  const directory = (parties: readonly (readonly [string, LocalSigner])[]) => {
    const made = new KeyDirectory();
    for (const [party, { jwk }] of parties)
      made.importTrusted({
        profile: PROFILE,
        party,
        version: 1,
        issued: NOW.toISOString(),
        keys: [directoryKey(jwk, { from: new Date(0) })],
      });
    return made;
  };
  const both = () =>
    directory([
      ['LBG', gateway],
      ['KEG', partner],
    ]);
  const theirs = knows
    ? both()
    : directory([
        ['KEG', partner],
        ['LBG', new LocalSigner(generateKey('ES256'))],
      ]);
  const understand = (document: Buffer) => (document.toString().startsWith('{') ? [] : [issue('FORMAT_UNKNOWN', '/')]);
  const endpoint = new ReferenceParty(
    {
      party: 'KEG',
      peer: 'LBG',
      link: 'keg',
      signer: partner,
      directory: theirs,
      test: true,
      now: () => new Date(NOW.getTime() + skewMs),
      understand,
    },
    theirs,
  );
  const send = endpoint.send.bind(endpoint);
  endpoint.send = (body, kind) => send(wire(body, kind), kind);
  return () =>
    Promise.resolve(
      new Bench({
        endpoint,
        self: 'LBG',
        peer: 'KEG',
        link: 'keg',
        signer: gateway,
        directory: both(),
        test: true,
        now: () => NOW,
        deadlineMs: 30,
        makeKey: (alg) => new LocalSigner(generateKey(alg)),
      }),
    );
}

const states = (results: readonly RowResult[]) =>
  Object.fromEntries(results.map(({ row, state, code }) => [row, code === undefined ? state : `${state} ${code}`]));
const test = async (trouble: Trouble = {}, network = new Network()) =>
  states(await testConnectivity({ network, exchange: { connect: connect(trouble), largeBytes: 100_000 } }));
const allWell = Object.fromEntries(CONNECTIVITY_ROWS.map((row) => [row, 'ok']));

describe('the connectivity test', () => {
  it('tries every row and says what it found', async () => expect(await test()).toEqual(allWell));

  it('stops at the row that breaks, names the code, and skips what needs it', async () => {
    const refused: Found = { state: 'failed', code: 'ECONNREFUSED', detail: 'Nothing listens on this port.' };
    const found = await test({}, new Network({ tcp: refused }));
    expect(found).toMatchObject({ dns: 'ok', tcp: 'failed ECONNREFUSED', tls: 'skipped', 'round-trip': 'skipped', scripts: 'skipped' });
  });

  it('tells a key that the other side does not know from a broken network', async () => {
    expect(await test({ knows: false })).toMatchObject({
      'publish-confirm': 'ok',
      'round-trip': 'failed RECEIPT_MISSING',
      'large-message': 'skipped',
    });
  });

  it('sees a clock that is ahead or behind, and goes on', async () => {
    expect(await test({ skewMs: 8_000 })).toEqual({ ...allWell, 'clock-skew': 'failed CLOCK_SKEW' });
    expect(await test({ skewMs: -8_000 })).toEqual({ ...allWell, 'clock-skew': 'failed CLOCK_SKEW' });
    expect(await test({ skewMs: 4_000 })).toEqual(allWell);
  });

  it('finds a proxy that stops large bodies and one that rewrites letters, each by its own row', async () => {
    const cut = (body: Buffer) => (body.length > 50_000 ? body.subarray(0, 50_000) : body);
    expect(await test({ wire: cut })).toEqual({ ...allWell, 'large-message': 'failed RECEIPT_INVALID' });
    const ascii = (body: Buffer, kind: BodyKind) =>
      kind === 'message' && body.includes('Хоргос, станция') ? Buffer.from(body.map((octet) => octet & 0x7f)) : body;
    expect(await test({ wire: ascii })).toEqual({ ...allWell, scripts: 'failed RECEIPT_INVALID' });
  });

  it('runs one row with those it needs and no other', async () => {
    const results = await testConnectivity({ network: new Network(), exchange: { connect: connect(), largeBytes: 1 }, rows: ['tls'] });
    expect(results.map(({ row }) => row)).toEqual(['dns', 'tcp', 'tls']);
  });

  it('has title and advice of every row in four languages', () => {
    for (const { title, advice } of Object.values(ROW_TEXTS))
      for (const language of LANGUAGES) expect([title[language], advice[language]]).not.toContain('');
  });
});
