import { readAgreements, readTranslationFiles } from '#config';
import { AgreementBook } from '#exchange';
import { createTranslator, PROJECTIONS, readCodeLists } from '#formats';
import { Reference } from './reference.ts';

const files = readTranslationFiles(process.cwd());
const translator = createTranslator(files, { lazily: true });
const book = new AgreementBook(readAgreements(undefined, process.cwd()), {
  mappings: new Set(translator.mappings.map(({ id }) => id)),
  projections: new Set(Object.keys(PROJECTIONS)),
});
const reference = new Reference(translator, book, readCodeLists(files.codelists).lists);

it('says to which links a mapping is written, also where the agreement leaves the type open', () => {
  const lines = new Map(reference.mappings().map((one) => [one.id, one]));
  expect(lines.get('canonical/json')?.links).toContain('lsw');
  expect(lines.get('osjd-smgs/IFTMIN')?.links).toEqual(['keg']);
  for (const { id } of book.links) expect([...lines.values()].some(({ links }) => links.includes(id))).toBe(true);
});

it('shows the rules of a mapping as rows with a bound for each function code', () => {
  const { functions, rules } = reference.rules('cn-manifest/MT1101');
  expect(functions.length).toBeGreaterThan(1);
  for (const { bounds } of rules) expect(bounds).toHaveLength(functions.length);
  const type = rules.find(({ place }) => place === 'Head/MessageType');
  expect(type).toMatchObject({ group: false, rule: 'always MT1101' });
  expect(rules.some(({ group, canonical }) => group && canonical.includes('consignment'))).toBe(true);
  expect(() => reference.rules('cn-manifest/MT9999')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

it('names each partner with its link, its formats and the routes that begin or end there', () => {
  const keg = reference.partners().find(({ key }) => key === 'KEG');
  expect(keg).toMatchObject({ country: 'KZ', link: { id: 'keg' } });
  expect(keg?.formats.map(({ mapping }) => mapping)).toContain('osjd-smgs/IFTMIN');
  for (const { from, to } of keg?.routes ?? []) expect([from, to]).toContain('KEG');
});

it('lists code lists and their codes', () => {
  const [list] = reference.lists();
  expect(reference.codes(list!.id).codes).toHaveLength(list!.codes);
  expect(() => reference.codes('no such list')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});
