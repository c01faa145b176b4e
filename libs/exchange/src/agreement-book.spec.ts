import { Agreements, ExchangeError, type CanonicalMessage } from '#model';
import { AgreementBook } from './agreement-book.ts';

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
});
