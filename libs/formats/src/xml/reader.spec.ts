import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import type { DocumentNode } from '../document.ts';
import { readXml } from './reader.ts';
import { writeXml } from './writer.ts';

const read = (text: string, options: Parameters<typeof readXml>[1] = {}) => readXml(Buffer.from(text, 'utf8'), options);
const codes = (text: string | Buffer, options: Parameters<typeof readXml>[1] = {}) =>
  readXml(Buffer.from(text as string), options).issues.map(({ code }) => code);
const root = (text: string) => read(text).documents[0] as DocumentNode;

describe('reading XML', () => {
  it('keeps text exactly: spaces, leading zeros, CDATA, references, lines of the other systems', () => {
    const { children } = root('<a><n>0101210010</n><s>  x </s><c><![CDATA[<&>]]>y</c><r>&#x4e2d;&amp;</r><l>1\r\n2</l></a>');
    expect(children.map(({ text }) => text)).toEqual(['0101210010', '  x ', '<&>y', '中&', '1\n2']);
  });
  it('tells layout from data', () => {
    expect(root('<a>\n  <b> </b>\n</a>')).toMatchObject({ text: undefined, children: [{ name: 'b', text: ' ' }] });
    expect(root('<a>x<b/></a>').text).toBe('x');
    expect(root('<a>\n x <b> <c/>\n</b>\n<d/> y\n</a>')).toMatchObject({ text: '\n x \n y\n', children: [{ text: undefined }, {}] });
    expect(root('<a> <![CDATA[ ]]><b/> <![CDATA[ z]]><c/></a>').text).toBe('  z');
  });
  it('resolves namespaces and keeps local names', () => {
    expect(root('<p:a xmlns:p="urn:x"><b xmlns="urn:y"/><c/></p:a>')).toMatchObject({
      name: 'a',
      namespace: 'urn:x',
      children: [{ namespace: 'urn:y' }, { namespace: undefined }],
    });
  });
  it('has attributes without prototype and without namespace declarations', () => {
    const { attributes } = root('<a xmlns="urn:x" __proto__="1" constructor="2"/>');
    expect([...(attributes ?? [])]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });
  it('knows the line of every element', () => {
    const document = root('<a>\n<b\n x="1"/>\n<c/></a>');
    expect([document.position, ...document.children.map(({ position }) => position)]).toEqual([1, 2, 4]);
  });
  it.each([
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>x'],
    ['no root', '<?xml version="1.0"?>'],
    ['undeclared prefix', '<p:a/>'],
    ['attributes equal by namespace', '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>'],
    ['the same attribute twice', '<a x="1" x="2"/>'],
    ['a control character', '<a>\u0001</a>'],
    ['a reference to a control character', '<a>&#1;</a>'],
    ['a reference to nothing', '<a>&#0;</a>'],
    ['a lone surrogate reference', '<a>&#xD800;</a>'],
    ['-- in a comment', '<a><!-- x -- y --></a>'],
    ['an undefined entity', '<a>&nbsp;</a>'],
    ['an unclosed element', '<a><b></a>'],
    ['a bare ampersand', '<a>R & D</a>'],
    ['< in an attribute', '<a x="<"/>'],
    ['an attribute without quotes', '<a x=1/>'],
    [']]> in text', '<a>]]></a>'],
    ['a declaration that is not first', ' <?xml version="1.0"?><a/>'],
    ['control characters by way of XML 1.1', '<?xml version="1.1"?><a>&#1;</a>'],
    ['a reserved processing instruction', '<a><?XML x?></a>'],
  ])('refuses %s', (_name, text) => expect(codes(text)).toEqual(['XML_MALFORMED']));
  it.each([
    ['plain', '<!DOCTYPE a><a/>'],
    ['external', '<?xml version="1.0"?>\n<!-- c --><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ['entities', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['broken', '<!DOCTYPE a [<!ENTITY'],
    ['after a processing instruction', '<?x y?><!DOCTYPE a><a/>'],
    ['with a byte order mark', '\ufeff<!DOCTYPE a><a/>'],
    ['of an entity that is itself too long', `<!DOCTYPE a [<!ENTITY b "${'c'.repeat(3_000_000)}">]><a>&b;</a>`],
  ])('refuses a DOCTYPE: %s', (_name, text) => expect(codes(text)).toEqual(['DTD_FORBIDDEN']));
  it('says where the document is broken, and never quotes it', () => {
    const [found] = read('<a>\n  <secret></wrong>\n</a>').issues;
    expect(found?.pointer).toMatch(/^line 2, column \d+$/);
    expect(found?.message).not.toMatch(/secret|wrong/);
  });
});

describe('limits of the XML reader', () => {
  it('stops at the depth limit, not at the end of the bomb', () => {
    const bomb = Buffer.from('<a>'.repeat(100_000));
    expect(readXml(bomb).issues[0]?.code).toBe('XML_LIMIT');
    expect(codes('<a>'.repeat(100) + '</a>'.repeat(100))).toEqual([]);
  });
  it.each([
    ['attributes', `<a ${Array.from({ length: 201 }, (_, i) => `x${i}="1"`).join(' ')}/>`],
    ['a name', `<${'a'.repeat(300)}/>`],
    ['an attribute name', `<a ${'x'.repeat(300)}="1"/>`],
    ['a text', `<a>${'x'.repeat(1_048_577)}</a>`],
    ['text in pieces', `<a>${'<![CDATA[' + 'x'.repeat(600_000) + ']]>'}${'x'.repeat(600_000)}</a>`],
    ['an attribute', `<a x="${'x'.repeat(1_048_577)}"/>`],
  ])('refuses too much of %s', (_name, text) => expect(codes(text)).toEqual(['XML_LIMIT']));
  it.each([
    ['elements', `<a>${'<b></b>'.repeat(1_000_001)}</a>`],
    ['empty elements', `<a>${'<b/>'.repeat(1_000_001)}</a>`],
    ['text among elements', `<a>${'<b/>xxxxxxxxxx'.repeat(110_000)}</a>`],
    ['comments', `<a>${'<!---->'.repeat(2_000_001)}</a>`],
    ['a text', `<a>${'x'.repeat(10_000_000)}</a>`],
    ['references', `<a>${'&#65;'.repeat(2_000_000)}</a>`],
    ['blanks before the root', `${' '.repeat(10_000_000)}<a/>`],
    ['a comment full of tags', `<!--${'<b>'.repeat(1_500_000)}--><a/>`],
  ])('refuses a bomb of %s without parsing it to its end', (_name, text) => {
    const bytes = Buffer.from(text);
    expect(codes(bytes)).toEqual(['XML_LIMIT']);
  });
  it('reads a large document at its limits', () => {
    expect(codes(`<a>${'<b></b>'.repeat(50_000)}${`<c>${'x'.repeat(1_048_576)}</c>`.repeat(3)}</a>`)).toEqual([]);
  });
  it('takes other limits', () => {
    expect(codes('<a><b/><b/></a>', { limits: { nodes: 2 } })).toEqual(['XML_LIMIT']);
    expect(codes('<a><b x="1" y="2"/><b x="3" y="4"/></a>', { limits: { nodes: 3 } })).toEqual(['XML_LIMIT']);
    expect(codes('<a xmlns="u"><b xmlns:p="u"/></a>', { limits: { namespaces: 1 } })).toEqual(['XML_LIMIT']);
    expect(codes('<a/>', { maxBytes: 3 })).toEqual(['TOO_LARGE']);
    expect(codes(`<a>${'<b/>'.repeat(50_000)}</a>`, { limits: { milliseconds: -1 } })).toEqual(['XML_LIMIT']);
  });
});

describe('writing XML', () => {
  const leaf = (text: string, attributes?: Map<string, string>): DocumentNode => ({ name: 'a', text, children: [], attributes });
  it('writes what reads back the same, for saxes and for fast-xml-parser', () => {
    const character = fc.constantFrom(...'ab <>&"\'\t\n\r]]>中Ж𠀀\u00a0');
    const anyText = fc.array(character, { minLength: 1, maxLength: 20 }).map((all) => all.join(''));
    const other = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      trimValues: false,
      parseTagValue: false,
      parseAttributeValue: false,
      processEntities: true,
      htmlEntities: true,
    });
    fc.assert(
      fc.property(anyText, anyText, (text, attribute) => {
        const { bytes } = writeXml(leaf(text, new Map([['x', attribute]])), { parameters: {} });
        const back = readXml(bytes).documents[0];
        expect([back?.text, back?.attributes?.get('x')]).toEqual([text, attribute]);
        const parsed = other.parse(bytes.toString()) as { a?: { '#text': string }[]; ':@'?: { '@_x': string } }[];
        expect(parsed.find((node) => node.a)?.[':@']?.['@_x']).toBe(attribute);
      }),
    );
  });
  it('refuses what XML cannot carry', () => {
    for (const text of ['\u0000', '\u0001', '\u001f', '\ufffe', '\uffff', '\ud800', 'a\udc00']) {
      const { bytes, issues } = writeXml(leaf(text), { parameters: {} });
      expect([bytes.length, issues[0]?.code]).toEqual([0, 'VALUE_UNTRANSLATABLE']);
    }
    expect(writeXml(leaf('𠀀'), { parameters: {} }).issues).toEqual([]);
  });
  it('writes another encoding and names it, or refuses a character it lacks', () => {
    const written = writeXml(leaf('Алтынколь'), { parameters: {}, charset: 'windows-1251' });
    expect(written.bytes.toString('latin1')).toContain('encoding="windows-1251"');
    expect(readXml(written.bytes).documents[0]?.text).toBe('Алтынколь');
    expect(writeXml(leaf('连云港'), { parameters: {}, charset: 'windows-1251' }).issues[0]?.code).toBe('ENCODING_UNMAPPABLE');
  });
  it('declares the namespace once', () => {
    const { bytes } = writeXml({ name: 'a', children: [{ name: 'b', children: [] }] }, { parameters: {}, namespace: 'urn:x' });
    expect(bytes.toString()).toBe('<?xml version="1.0" encoding="UTF-8"?><a xmlns="urn:x"><b/></a>');
  });
});
