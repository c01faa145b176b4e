import { Agreements } from '#model';
import { directoryKey, generateKey, KeyDirectory, LocalSigner, PROFILE, signJws, TYPES } from '#trust';
import { openBundle, planImport, sealBundle, type Bundle, type Here } from './index.ts';

const NOW = new Date('2026-11-30T08:00:00.000Z');
const [signer, stranger] = [new LocalSigner(generateKey('ES256')), new LocalSigner(generateKey('ES256'))];
const directory = new KeyDirectory();
directory.importTrusted({
  profile: PROFILE,
  party: 'LBG',
  version: 1,
  issued: NOW.toISOString(),
  keys: [directoryKey(signer.jwk, { from: new Date(0) })],
});

const party = (key: string) => ({ key, country: 'CN', name: { en: key, zh: '网关', ru: 'Шлюз', kk: 'Қорғас шлюзі' } });
const theirs = Agreements.parse({
  gateway: 'LBG',
  parties: ['LBG', 'KEG', 'LSW', 'NSW'].map(party),
  links: [
    {
      id: 'keg',
      partner: 'KEG',
      transport: 'push',
      push: { url: 'https://keg.example/links/keg/push' },
      formats: { Acknowledgement: { mapping: 'canonical/json' } },
    },
    { id: 'lsw', partner: 'LSW', transport: 'mailbox' },
    { id: 'nsw', partner: 'NSW', transport: 'amqp' },
  ],
  routes: [
    { from: 'LSW', messageType: 'Manifest', to: 'NSW' },
    { from: 'LSW', messageType: 'RailConsignmentNote', to: 'KEG' },
  ],
});
const bundle: Bundle = {
  profile: PROFILE,
  issuer: 'LBG',
  environment: 'test',
  created: NOW.toISOString(),
  address: 'https://lbg.example',
  agreements: { parties: theirs.parties, links: theirs.links, routes: theirs.routes },
  files: [
    { path: 'mappings/port-x/MT1101', text: 'title: 舱单\n' },
    { path: 'codelists/CN012', text: 'list: CN012\n' },
  ],
};
const here = (over: Partial<Here> = {}): Here => ({
  environment: 'test',
  agreements: Agreements.parse({
    gateway: 'KEG',
    parties: [party('KEG'), party('LSW')],
    links: [{ id: 'lsw', partner: 'LSW', transport: 'folder' }],
    routes: [],
  }),
  file: (path) => (path === 'codelists/CN012' ? 'list: CN012\n' : undefined),
  ...over,
});

describe('a bundle', () => {
  it('comes back as it was sealed, from a signer that is known here and from no other', () => {
    const jws = sealBundle(bundle, signer, NOW);
    expect(openBundle(jws, directory, NOW)).toEqual(bundle);
    const refused = (bytes: Buffer) =>
      expect(() => openBundle(bytes, directory, NOW)).toThrow(expect.objectContaining({ code: 'SIGNATURE_INVALID' }));
    refused(sealBundle(bundle, stranger, NOW));
    // A signer that is known and speaks for another.
    refused(sealBundle({ ...bundle, issuer: 'NSW' }, signer, NOW));
    const altered = Buffer.from(jws);
    altered[altered.length >> 1]! ^= 1;
    refused(altered);
    // Signed for something else.
    refused(signJws(Buffer.from(JSON.stringify(bundle)), TYPES.replay, signer, NOW));
    for (const path of ['mappings/../../etc/passwd', '/etc/x', 'mappings/.hidden', 'agreements/x']) {
      const bytes = signJws(Buffer.from(JSON.stringify({ ...bundle, files: [{ path, text: '' }] })), TYPES.bundle, signer, NOW);
      expect(() => openBundle(bytes, directory, NOW)).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }));
    }
  });

  it('never carries a secret', () => {
    for (const text of [
      'key: whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz',
      '-----BEGIN PRIVATE KEY-----',
      'url: amqps://lb-keg:hunter2@broker.example',
      '{"d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAA"}',
    ])
      expect(() => sealBundle({ ...bundle, files: [{ path: 'mappings/a', text }] }, signer, NOW)).toThrow(
        expect.objectContaining({ code: 'CONFIGURATION_INVALID' }),
      );
  });

  it('is told as a difference before anything is taken over: the link is turned round, what is there stays, what is nobody’s is left', () => {
    const { changes, agreements, files } = planImport(bundle, here());
    expect(changes).toEqual([
      { kind: 'party', id: 'LBG', change: 'added' },
      { kind: 'party', id: 'KEG', change: 'same' },
      { kind: 'party', id: 'LSW', change: 'same' },
      { kind: 'party', id: 'NSW', change: 'added' },
      { kind: 'link', id: 'keg', change: 'added' },
      { kind: 'link', id: 'lsw', change: 'changed', members: ['transport'] },
      { kind: 'link', id: 'nsw', change: 'added' },
      { kind: 'route', id: 'LSW Manifest → NSW', change: 'added' },
      { kind: 'route', id: 'LSW RailConsignmentNote → KEG', change: 'skipped' },
      { kind: 'mapping', id: 'mappings/port-x/MT1101', change: 'added' },
      { kind: 'codelist', id: 'codelists/CN012', change: 'same' },
    ]);
    expect(agreements.links[1]).toMatchObject({ id: 'keg', partner: 'LBG', push: { url: 'https://lbg.example/links/keg/push' } });
    expect(files.map(({ path }) => path)).toEqual(['mappings/port-x/MT1101']);
    expect(Agreements.parse(agreements).gateway).toBe('KEG');
    // Taken over once, there is nothing more to take over.
    const again = planImport(bundle, here({ agreements, file: (path) => bundle.files.find((one) => one.path === path)?.text }));
    expect(again.changes.filter(({ change }) => change === 'added' || change === 'changed')).toEqual([]);
  });

  it('never crosses between test and production, in either direction, nor comes back to whom it came from', () => {
    expect(() => planImport(bundle, here({ environment: 'production' }))).toThrow(
      expect.objectContaining({ code: 'TEST_PRODUCTION_MIXED' }),
    );
    expect(() => planImport({ ...bundle, environment: 'production' }, here())).toThrow(
      expect.objectContaining({ code: 'TEST_PRODUCTION_MIXED' }),
    );
    expect(() => planImport(bundle, here({ agreements: theirs }))).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }));
  });
});
