import { Agreements, ExchangeError, type CanonicalMessage } from '#model';
import { AgreementBook, agreementsDigest } from './agreement-book.ts';

const known = { mappings: new Set(['cn-manifest/MT1101', 'cn-manifest/MT2101', 'cn-dxp/DxpMsg']), projections: new Set(['railManifest']) };
const party = (key: string) => ({ key, country: 'CN', name: { en: key, zh: '参与方', ru: 'Участник', kk: 'Қатысушы' } });
const good = {
  gateway: 'LBG',
  parties: [party('LBG'), party('LSW'), party('NSW')],
  links: [
    { id: 'lsw', partner: 'LSW', transport: 'mailbox' },
    {
      id: 'nsw',
      partner: 'NSW',
      transport: 'amqp',
      formats: {
        Manifest: { mapping: 'cn-manifest/{type}', envelope: 'cn-dxp/DxpMsg', parameters: { MsgType: '{type}', SenderId: 'DXP1' } },
      },
    },
  ],
  routes: [{ from: 'LSW', messageType: 'Manifest', to: 'NSW' }],
};
const faults = (change: object) => {
  try {
    new AgreementBook(Agreements.parse({ ...good, ...change }), known);
  } catch (error) {
    return (error as ExchangeError).issues.map(({ pointer }) => pointer);
  }
  return [];
};

describe('agreements', () => {
  const book = new AgreementBook(Agreements.parse(good), known);

  test('links, parties and routes are found by what a message knows', () => {
    expect(book.linkTo('NSW')?.id).toBe('nsw');
    expect(book.link('lsw')?.partner).toBe('LSW');
    expect(book.party('NSW')?.name.kk).toBe('Қатысушы');
    expect(book.routes('LSW', 'Manifest').map(({ to }) => to)).toEqual(['NSW']);
    expect(book.routes('NSW', 'Manifest')).toEqual([]);
  });

  test('encodings are ones we read and write', () => {
    const link = (charsets: string[], charset: string) => ({
      links: [
        { id: 'lsw', partner: 'LSW', transport: 'mailbox', charsets, formats: { Manifest: { mapping: 'cn-manifest/MT1101', charset } } },
        good.links[1],
      ],
    });
    expect(faults(link(['GB18030', 'windows-1251', 'utf-16'], 'utf-8-bom'))).toEqual([]);
    expect(faults(link(['gbk', 'windows1251'], 'utf-16'))).toEqual(['/links/0/charsets/1', '/links/0/formats/Manifest/charset']);
  });

  test('a format choice follows the message type of the head', () => {
    const message = { type: 'Manifest', header: { typeCode: { value: 'MT2101', listId: 'CN-MessageType' } } } as CanonicalMessage;
    expect(book.formatFor(book.link('nsw')!, message)).toMatchObject({
      mapping: 'cn-manifest/MT2101',
      parameters: { MsgType: 'MT2101', SenderId: 'DXP1' },
    });
    expect(book.formatFor(book.link('lsw')!, message)).toBeUndefined();
  });

  test('every fault is told at once, each with its place', () => {
    expect(
      faults({
        gateway: 'XXX',
        parties: [party('LSW'), party('LSW')],
        links: [
          { id: 'one', partner: 'LSW', transport: 'mailbox', formats: { Manifest: { mapping: 'cn-manifest/MT9' } } },
          { id: 'one', partner: 'WHO', transport: 'mailbox' },
        ],
        routes: [{ from: 'LSW', messageType: 'Manifest', to: 'NSW', projection: 'none' }],
      }),
    ).toEqual([
      '/parties/1/key',
      '/links/1/id',
      '/gateway',
      '/links/0/formats/Manifest',
      '/links/1/partner',
      '/routes/0/to',
      '/routes/0/projection',
    ]);
  });

  test('the gateway cannot be its own partner, and a partner has one link', () => {
    const links = [
      ...good.links,
      { id: 'self', partner: 'LBG', transport: 'mailbox' },
      { id: 'again', partner: 'LSW', transport: 'mailbox' },
    ];
    expect(faults({ links })).toEqual(['/links/3/partner', '/links/2/partner']);
  });

  test('another edition takes their place at one moment, or nothing changes', () => {
    const running = new AgreementBook(Agreements.parse(good), known);
    const before = running.link('nsw');
    const [lsw, nsw] = good.links as [object, object];
    const next = Agreements.parse({
      ...good,
      links: [
        { ...lsw, suspended: true },
        { ...nsw, transport: 'mailbox' },
      ],
      routes: [],
    });
    running.adopt(next, { version: 7, digest: agreementsDigest(next) });
    expect([running.edition.version, running.link('lsw')?.suspended, running.linkTo('NSW')?.transport, running.allRoutes]).toEqual([
      7,
      true,
      'mailbox',
      [],
    ]);
    // Whoever works with a link goes on with it as it was.
    expect(before?.transport).toBe('amqp');
    const wrong = Agreements.parse({ ...good, gateway: 'LSW', routes: [{ from: 'LSW', messageType: 'Manifest', to: 'KEG' }] });
    expect(running.faults(wrong).map(({ pointer }) => pointer)).toEqual(['/links/0/partner', '/routes/0/to', '/gateway']);
    expect(() => running.adopt(wrong, { version: 8, digest: '' })).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }));
    expect([running.gateway, running.edition.version]).toEqual(['LBG', 7]);
  });

  test('their digest is that of what they say, not of how it was written', () => {
    const turned = { ...good, links: good.links.map((link) => Object.fromEntries(Object.entries(link).reverse())) };
    expect(agreementsDigest(Agreements.parse(turned))).toBe(agreementsDigest(Agreements.parse(good)));
    expect(agreementsDigest(Agreements.parse({ ...good, routes: [] }))).not.toBe(agreementsDigest(Agreements.parse(good)));
  });
});
