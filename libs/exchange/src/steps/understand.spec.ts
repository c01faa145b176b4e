/** What a payload is about, by the mappings and agreements of this repository. */
import { readAgreements, readTranslationFiles } from '#config';
import { createTranslator, PROJECTIONS, project } from '#formats';
import { AgreementBook } from '../agreement-book.ts';
import { understand } from './understand.ts';

const translator = createTranslator(readTranslationFiles(process.cwd()), { lazily: true });
const book = new AgreementBook(readAgreements(undefined, process.cwd()), {
  mappings: new Set(translator.mappings.map(({ id }) => id)),
  projections: new Set(Object.keys(PROJECTIONS)),
});

/** Messages CUSREP of ships that arrive, in one interchange. */
function interchange(...voyages: [document: string, voyage: string, ship: string][]): Buffer {
  const messages = voyages.map(([document, voyage, ship], i) => {
    const body = [`BGM+96+${document}+9`, 'DTM+137:202603140930:203', `TDT+20+${voyage}+1++EXL:172:20+++${ship}:146:11:MEADOW LARK`];
    return [`UNH+${i + 1}+CUSREP:D:95B:UN`, ...body, `UNT+${body.length + 2}+${i + 1}`];
  });
  const segments = ['UNB+UNOC:3+EXL+LBG+260314:0930+77', ...messages.flat(), `UNZ+${messages.length}+77`];
  return Buffer.from(`${segments.join("'")}'`);
}
const read = (...voyages: Parameters<typeof interchange>) =>
  understand(interchange(...voyages), book.linkTo('LSW')!, { translator, book, project });

test('an interchange is found by the keys of all its messages, and keeps its place with the first', () => {
  const { keys, issues } = read(['R1', '0126W', '9000001'], ['R2', '0300E', '9000002'], ['R3', '0126W', '9000001']);
  expect(issues.filter(({ code }) => code !== 'ROUTE_MISSING')).toEqual([]);
  expect(keys).toMatchObject({ order: 'journey:9000001/0126W', all: ['journey:9000001/0126W', 'journey:9000002/0300E'] });
});

test('an interchange of one message is about that message', () => {
  expect(read(['R1', '0126W', '9000001']).keys).toMatchObject({ order: 'journey:9000001/0126W', all: ['journey:9000001/0126W'] });
});

test('one of two hundred messages names no more keys than travel in a manifest', () => {
  const many = Array.from({ length: 200 }, (_, i): [string, string, string] => [`R${i}`, `V${i}`, `9${String(i).padStart(6, '0')}`]);
  const { keys } = read(...many);
  expect([keys.order, keys.all.length]).toEqual(['journey:9000000/V0', 64]);
});
