import { readFileSync } from 'node:fs';
import { createTranslator } from '#formats';
import { Agreements } from '#model';
import { readTranslationFiles } from '../../../../config/index.ts';
import { AgreementBook } from '../agreement-book.ts';
import { compareReading, tallied } from './compare.ts';
import { LiveTranslator, type LiveMapping } from './live-translator.ts';

const files = readTranslationFiles();
const BASE = 'cn-manifest/MT3101';
const REPORT = readFileSync('test/fixtures/formats/cn-manifest/MT3101-2.xml', 'utf8');
const named = (name: string): Buffer => Buffer.from(REPORT.replaceAll('SenderID>', `${name}>`));
const version = (link: string, number: number, name: string): LiveMapping => ({
  link,
  base: BASE,
  mapping: 'port-x/MT3101',
  version: `${number}`,
  text: `mapping: port-x/MT3101\nextends: ${BASE}\nversion: v${number}\nsource: s\nrenamed: { Manifest/Head/SenderID: ${name} }\ndocument: { Manifest: {} }\n`,
  codelists: [],
});
const nothing = (error: unknown): void => {
  throw error;
};

describe('versions of mappings in place', () => {
  const installed = createTranslator(files, { lazily: true });
  const live = new LiveTranslator(installed, files);
  const read = (bytes: Buffer, link?: string) => {
    const { messages } = live.decode(bytes, link === undefined ? {} : { link });
    return `${messages[0]?.mapping.id}@${messages[0]?.mapping.version} ${messages[0]?.issues.filter(({ severity }) => severity === 'error').length}`;
  };
  const plain = `${BASE}@1.0.0`;

  it('count on their links only, two at once, and are read and written', () => {
    live.take([version('one', 1, 'Sender'), version('two', 2, 'Отправитель')], nothing);
    expect(read(named('Sender'), 'one')).toBe('port-x/MT3101@v1 0');
    expect(read(named('Отправитель'), 'two')).toBe('port-x/MT3101@v2 0');
    expect(read(named('Sender'), 'two')).toBe('port-x/MT3101@v2 1');
    expect(read(named('SenderID'), 'three')).toBe(`${plain} 0`);
    expect(read(named('SenderID'))).toBe(`${plain} 0`);
    const [message] = live.decode(named('SenderID')).messages;
    const written = live.encode(message!.message, { mapping: BASE, parameters: {} }, { link: 'two' });
    expect(written).toMatchObject({ mapping: { id: 'port-x/MT3101', version: 'v2' } });
    expect(written.bytes.toString()).toContain('<Отправитель>');
    expect(live.inPlace().filter(({ base }) => base === BASE)).toEqual([
      { id: 'port-x/MT3101', version: 'v1', base: BASE },
      { id: 'port-x/MT3101', version: 'v2', base: BASE },
    ]);
    live.take([], nothing);
    expect(read(named('SenderID'), 'one')).toBe(`${plain} 0`);
  });

  it('leave a link with the installed mapping where they do not compile, and say so', () => {
    const told: unknown[] = [];
    live.take([version('one', 1, 'MessageID'), version('two', 2, 'Sender')], (error) => told.push(error));
    expect(told).toEqual([expect.objectContaining({ code: 'CONFIGURATION_INVALID' })]);
    expect(read(named('SenderID'), 'one')).toBe(`${plain} 0`);
    expect(read(named('Sender'), 'two')).toBe('port-x/MT3101@v2 0');
  });

  it('are compared by all a message goes through, and never by a value', () => {
    live.take([], nothing);
    const party = (key: string) => ({ key, country: 'CN', name: { en: key } });
    const agreements = Agreements.parse({
      gateway: 'LBG',
      parties: ['LBG', 'ONE', 'TWO'].map(party),
      links: [
        { id: 'one', partner: 'ONE', transport: 'mailbox' },
        { id: 'two', partner: 'TWO', transport: 'mailbox', formats: { ArrivalReport: { mapping: BASE } } },
      ],
      routes: [{ from: 'ONE', messageType: 'ArrivalReport', to: 'TWO' }],
    });
    const book = new AgreementBook(agreements, { mappings: new Set([BASE]), projections: new Set() });
    const compare = (bytes: Buffer, one: LiveMapping) =>
      compareReading(bytes, book.link('one')!, { before: live, after: live.with(one), book, project: (_name, message) => [message] });
    const same = { ...version('one', 3, 'X'), text: version('one', 3, 'X').text.replace(/renamed.*\n/, '') };
    expect(compare(named('SenderID'), same)).toEqual({ verdict: 'same', differences: [] });
    const broken = compare(named('SenderID'), version('one', 1, 'Sender'));
    expect(broken).toMatchObject({ verdict: 'broken' });
    expect(broken.differences).toContainEqual({ kind: 'error', code: 'FIELD_MISSING', place: '/Manifest/Head/Sender' });
    expect(JSON.stringify(broken)).not.toContain('LBG000001');
    expect(compare(named('Sender'), version('one', 1, 'Sender'))).toMatchObject({ verdict: 'mended' });
    const constant = { ...same, text: `${same.text}constants: { kind: other }\n` };
    expect(() => compare(named('SenderID'), constant)).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }) as Error);
    const counts = tallied(tallied([], broken, '1.xml'), broken, '2.xml');
    expect(counts[0]).toMatchObject({ count: 2, example: '1.xml' });
  });
});
