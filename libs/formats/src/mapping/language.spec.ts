/** The mapping language on small files: what it says, what it refuses, what it writes. */
import type { CanonicalMessage, CanonicalOf } from '#model';
import { readXml } from '../xml/reader.ts';
import { writeXml } from '../xml/writer.ts';
import type { DocumentNode } from '../document.ts';
import { readCodeLists, type TextFile } from './codelists.ts';
import { compileMapping } from './compile.ts';
import { decodeDocument } from './decode.ts';
import { encodeDocument } from './encode.ts';
import { compileLocator } from './locate.ts';
import { assemble } from './overlay.ts';
import type { CompiledMapping } from './rules.ts';
import { decodeSmall, SMALL_HEAD } from './testing/small.ts';

const HEAD = `${SMALL_HEAD}
detect: { root: M }
document:
  M:
    id: { is: header.messageId, card: '1' }
`;
const file = (rules: string, path = 'test/T', head = ''): TextFile => ({
  path,
  text: `${head}\n${(head.includes('detect:') ? HEAD.replace(/^detect.*$/m, '') : HEAD).replace('mapping: test/T', `mapping: ${path}`)}${rules.replace(/^/gm, '    ')}`,
});

const LISTS: TextFile[] = [
  {
    path: 'MODE',
    text: `{ list: MODE, version: '1', title: { en: mode }, source: spec, canonical: UN-Rec19, values: { S: { is: '1' }, R: { is: '2' }, X: {} }, equivalents: { OTHER: { rail: R } } }`,
  },
  { path: 'OPEN', text: `{ list: OPEN, version: '1', title: { en: open }, source: spec, open: true, verbatim: [OTHER], values: {} }` },
];
const { lists } = readCodeLists(LISTS);

const results = (...files: TextFile[]) => {
  const { mappings, issues } = assemble(files);
  const compiled = mappings.map((whole) => compileMapping(whole, lists));
  return { compiled, issues: [...issues, ...compiled.flatMap((result) => result.issues)] };
};
const faults = (...files: TextFile[]) => results(...files).issues.map(({ pointer }) => pointer);
const compile = (rules: string, head = ''): CompiledMapping => {
  const { compiled, issues } = results(file(rules, 'test/T', head));
  expect(issues).toEqual([]);
  return compiled[0]?.mapping as CompiledMapping;
};

const decode = decodeSmall;
const encode = (mapping: CompiledMapping, rest: Partial<CanonicalOf<'Manifest'>>, parameters: Record<string, string> = {}) => {
  const message: CanonicalMessage = {
    model: 'landbridge/1',
    type: 'Manifest',
    header: { messageId: '1', functionCode: { value: '9', listId: 'UN-1225' } },
    ...rest,
  };
  const { document, issues } = encodeDocument(mapping, message, parameters);
  const text = writeXml(document, { parameters: {} }).bytes.toString();
  return { text: text.replace(/^.*<M><id>1<\/id>|<\/M>$/g, ''), found: issues.map(({ code, pointer }) => `${code} ${pointer}`) };
};

describe('conversions', () => {
  const mass = (as: string) => compile(`C:\n  $at: 'consignment[]'\n  $card: '0..9'\n  v: { is: grossWeight, as: ${as} }`);
  const consignment = (value: string, unitCode: string) => [{ grossWeight: { value, unitCode } }];

  it('measures convert exactly between units, or say that they cannot', () => {
    const mapping = mass('measure KGM');
    expect(decode(mapping, '<C><v>9500.000</v></C>').message.consignment).toEqual(consignment('9500.000', 'KGM'));
    expect(decode(mapping, '<C><v>9,5</v></C>').found).toEqual(['VALUE_INVALID /M/C/v']);
    expect(encode(mapping, { consignment: consignment('0.0123', 'TNE') }).text).toBe('<C><v>12.3</v></C>');
    expect(encode(mapping, { consignment: consignment('7', 'TNE') }).text).toBe('<C><v>7000</v></C>');
    expect(encode(mass('measure TNE'), { consignment: consignment('-12', 'KGM') }).text).toBe('<C><v>-0.012</v></C>');
    expect(encode(mapping, { consignment: consignment('7', 'LBR') }).found).toEqual(['VALUE_UNTRANSLATABLE /consignment/0/grossWeight']);
  });

  it('times keep offset and precision and are written in the zone of the format', () => {
    const mapping = compile(`t: { is: header.issueDateTime, as: 'time +08:00' }`);
    const time = (inner: string) => decode(mapping, `<t>${inner}</t>`).message.header.issueDateTime;
    expect(['20260314', '202603140915', '20260314091500', '20260314091500123'].map(time)).toEqual([
      '2026-03-14',
      '2026-03-14T09:15+08:00',
      '2026-03-14T09:15:00+08:00',
      '2026-03-14T09:15:00.123+08:00',
    ]);
    expect(time('20260314091500+0500')).toBe('2026-03-14T09:15:00+05:00');
    for (const wrong of ['2026', '20260230', '20261301', '202603142400', '20260314096000', '2026-03-14', ' 20260314'])
      expect(time(wrong)).toBeUndefined();
    const written = (issueDateTime: string) =>
      encode(mapping, { header: { messageId: '1', functionCode: { value: '9', listId: 'UN-1225' }, issueDateTime } }).text;
    expect(['2026-03-14', '2026-03-14T23:15+05:00', '2026-12-31T20:00:00.5Z'].map(written)).toEqual([
      '<t>20260314</t>',
      '<t>202603150215</t>',
      '<t>20270101040000500</t>',
    ]);
  });

  it('codes keep their list, and cross to another list only by a known pair', () => {
    const mapping = compile(`m: { is: mainCarriageTransportMovement.modeCode, as: code MODE }`);
    const mode = (inner: string) => decode(mapping, `<m>${inner}</m>`);
    expect(mode('R').message.mainCarriageTransportMovement?.modeCode).toEqual({ value: '2', listId: 'UN-Rec19' });
    expect(mode('X')).toMatchObject({
      found: [],
      message: { mainCarriageTransportMovement: { modeCode: { value: 'X', listId: 'MODE' } } },
    });
    expect(mode('Q')).toMatchObject({
      found: ['CODE_UNKNOWN /M/m'],
      message: { mainCarriageTransportMovement: { modeCode: { value: 'Q', listId: 'MODE' } } },
    });
    const written = (value: string, listId: string) => encode(mapping, { mainCarriageTransportMovement: { modeCode: { value, listId } } });
    expect(written('1', 'UN-Rec19').text).toBe('<m>S</m>');
    expect(written('Q', 'MODE').text).toBe('<m>Q</m>');
    expect(written('rail', 'OTHER').text).toBe('<m>R</m>');
    expect(written('4', 'UN-Rec19').found).toEqual(['CODE_UNMAPPED /mainCarriageTransportMovement/modeCode']);
    expect(written('air', 'OTHER').found).toEqual(['CODE_UNMAPPED /mainCarriageTransportMovement/modeCode']);
    expect(
      encode(compile(`m: { is: mainCarriageTransportMovement.modeCode, as: code OPEN }`), {
        mainCarriageTransportMovement: { modeCode: { value: 'any', listId: 'OTHER' } },
      }).text,
    ).toBe('<m>any</m>');
  });

  it.each([
    ['decimal 5 2', ['1.5', '00123.45', '.5', '123.450'], ['1234.56', '1.234', '1e5', '']],
    ['integer 3 1', ['1', '007', '999'], ['0', '1000', '-1', '1.0']],
    ['match \\d{2}|[A-Z]{3}', ['12', 'ABC'], ['123', 'AB', ' 12', '12\n']],
  ])('%s bounds a text', (as, good, bad) => {
    const mapping = compile(`i: { is: information, as: '${as.replace('\\\\', '\\')}' }`);
    for (const value of good) {
      expect(decode(mapping, `<i>${value}</i>`)).toMatchObject({ found: [], message: { information: value } });
      expect(encode(mapping, { information: value }).found).toEqual([]);
    }
    for (const value of bad.filter((text) => text !== '')) expect(decode(mapping, `<i>${value}</i>`).found).toEqual(['VALUE_INVALID /M/i']);
    for (const value of bad) expect(encode(mapping, { information: value }).text).toBe('');
  });

  it('booleans are read in all their spellings and written in one', () => {
    const mapping = compile('b: { is: header.testIndicator, as: boolean }');
    const read = (text: string) => decode(mapping, `<b>${text}</b>`).message.header.testIndicator;
    expect(['true', '1', 'false', '0', 'yes'].map(read)).toEqual([true, true, false, false, undefined]);
    expect(
      encode(mapping, { header: { messageId: '1', functionCode: { value: '9', listId: 'UN-1225' }, testIndicator: false } }).text,
    ).toBe('<b>false</b>');
  });

  it('aliases rename what their list knows and keep the rest', () => {
    const mapping = compile('a: { is: information, as: alias MODE }');
    expect(['S', 'R', 'Q'].map((text) => decode(mapping, `<a>${text}</a>`).message.information)).toEqual(['1', '2', 'Q']);
    expect(['1', '2', 'Q'].map((information) => encode(mapping, { information }).text)).toEqual(['<a>S</a>', '<a>R</a>', '<a>Q</a>']);
  });

  it('codes may have a form', () => {
    const mapping = compile("c: { is: agent.id, as: 'code OPEN \\d{2}' }");
    expect(encode(mapping, { agent: { id: { value: '123', listId: 'OPEN' } } }).found).toEqual(['VALUE_INVALID /agent/id']);
    expect(decode(mapping, '<c>12</c>').found).toEqual([]);
    expect(decode(mapping, '<c>1</c>').found).toEqual(['VALUE_INVALID /M/c']);
  });

  it('codes are kept verbatim beside their counterpart', () => {
    const mapping = compile('m: { is: agent.roleCode, as: code MODE, verbatim: agent.id }');
    const { message } = decode(mapping, '<m>R</m>');
    expect(message.agent).toEqual({ roleCode: { value: '2', listId: 'UN-Rec19' }, id: { value: 'R', listId: 'MODE' } });
    expect(encode(mapping, message)).toEqual({ text: '<m>R</m>', found: [] });
    const foreign = { roleCode: { value: '1', listId: 'UN-Rec19' }, id: { value: 'zz', listId: 'OTHER' } };
    expect(encode(mapping, { agent: foreign }).text).toBe('<m>S</m>');
  });

  it('texts have their length both ways', () => {
    const mapping = compile('i: { is: information, as: text 3 }');
    expect(decode(mapping, '<i>four</i>').found).toEqual(['VALUE_TOO_LONG /M/i']);
    expect(encode(mapping, { information: 'four' }).found).toEqual(['VALUE_TOO_LONG /information']);
  });
});

describe('groups', () => {
  it('move the context, make one entry an occurrence, and hold plain values', () => {
    const mapping = compile(
      `C:\n  $at: 'consignment[]'\n  $card: '1..9'\n  D:\n    b: { is: transportContractDocument.id, card: '1' }\n  r: { is: /information }\n  n:\n    $at: 'mergedConsignmentNote[]'\n    $card: '0..9'\n    i: { is: id, card: '1' }\n    e:\n      $at: 'equipmentId[]'\n      $card: '0..9'\n      x: { is: ., card: '1' }`,
    );
    const inner = '<C><D><b>A</b></D><n><i>1</i><e><x>5</x></e><e><x>6</x></e></n><n><i>2</i></n></C><C><D><b>B</b></D><r>why</r></C>';
    const { message, found } = decode(mapping, inner);
    expect(found).toEqual([]);
    expect(message).toMatchObject({
      information: 'why',
      consignment: [
        { transportContractDocument: { id: 'A' }, mergedConsignmentNote: [{ id: '1', equipmentId: ['5', '6'] }, { id: '2' }] },
        { transportContractDocument: { id: 'B' } },
      ],
    });
    expect(decode(mapping, '<C><D/></C>').found).toEqual(['FIELD_MISSING /M/C/D/b']);
  });
  it('select entries when writing', () => {
    const equipment = (key: string, value: string) =>
      `${key}:\n  $at: 'usedTransportEquipment[]'\n  $when: { categoryCode: ${value} }\n  $card: '0..9'\n  c: { is: categoryCode, as: code C, fixed: ${value}, card: '1' }\n  id: { is: id, card: '1' }`;
    const mapping = compile(
      `B:\n  $at: 'consignment[]'\n  $card: '0..1'\n${`${equipment('W', 'RR')}\n${equipment('K', 'CN')}`.replace(/^/gm, '  ')}`,
    );
    const one = (id: string, value: string) => ({ id, categoryCode: { value, listId: 'C' } });
    const { text, found } = encode(mapping, {
      consignment: [{ usedTransportEquipment: [one('1', 'CN'), one('2', 'RR'), one('3', 'XX')] }],
    });
    expect(text).toBe('<B><W><c>RR</c><id>2</id></W><K><c>CN</c><id>1</id></K></B>');
    expect(found).toEqual(['FIELD_UNMAPPED /consignment/0/usedTransportEquipment/2']);
  });
  it('set when reading what they select by when writing', () => {
    const one = (key: string, value: string) =>
      `${key}:\n  $at: 'communication[]'\n  $is: { channelCode: { value: ${value}, listId: C } }\n  $card: '0..9'\n  '#': { is: completeNumber }`;
    const mapping = compile(`A:\n  $at: agent\n${`${one('P', 'TE')}\n${one('F', 'FX')}`.replace(/^/gm, '  ')}`);
    const inner = '<A><P>1</P><P>2</P><F>3</F></A>';
    const { message, found } = decode(mapping, inner);
    const number = (completeNumber: string, value: string) => ({ completeNumber, channelCode: { value, listId: 'C' } });
    expect(found).toEqual([]);
    expect(message.agent).toEqual({ communication: [number('1', 'TE'), number('2', 'TE'), number('3', 'FX')] });
    expect(encode(mapping, message)).toEqual({ text: inner, found: [] });
    expect(encode(mapping, { agent: { communication: [number('4', 'EM')] } }).found).toEqual(['FIELD_UNMAPPED /agent/communication/0']);
    expect(
      faults(file("C:\n  $at: 'consignment[]'\n  $card: '0..9'\n  $is: { grossWeight: heavy }\n  a: { is: numberOfPackages }")),
    ).toEqual(['mappings/test/T/document/M/C/$is']);
  });
  it('report what the message holds and the format has no place for, once a kind', () => {
    const mapping = compile(`C:\n  $at: 'consignment[]'\n  $card: '0..9'\n  b: { is: transportContractDocument.id }`);
    const consignment = [
      { transportContractDocument: { id: 'A', name: 'x' } },
      { transportContractDocument: { id: 'B', name: 'y' }, numberOfPackages: '1' },
    ];
    expect(encode(mapping, { consignment, information: 'z' }).found).toEqual([
      'FIELD_UNMAPPED /consignment/0/transportContractDocument/name',
      'FIELD_UNMAPPED /consignment/1/numberOfPackages',
      'FIELD_UNMAPPED /information',
    ]);
  });
  it('say what the receiving format needs, and write nothing that is only constants', () => {
    const mapping = compile(
      `C:\n  $at: carrier\n  k: { fixed: K, card: '1' }\n  i: { is: name, card: '1' }\nS:\n  $card: '1'\n  k: { fixed: K, card: '1' }`,
    );
    expect(encode(mapping, {})).toEqual({ text: '<S><k>K</k></S>', found: [] });
    expect(encode(mapping, { carrier: { authoritativeSignatoryPerson: { name: 'x' } } }).found).toEqual([
      'FIELD_UNMAPPED /carrier/authoritativeSignatoryPerson',
    ]);
    expect(decode(mapping, '<C><k>L</k><i>x</i></C><S><k>K</k></S>').found).toEqual(['VALUE_INVALID /M/C/k']);
  });
  it('write defaults also inside a node, where something else fills it', () => {
    const mapping = compile(`V:\n  $at: carrier\n  '#': { is: name }\n  '@k': { is: roleCode, as: code X, default: K, card: '1' }`);
    expect(encode(mapping, { carrier: { name: 'a' } }).text).toBe('<V k="K">a</V>');
    expect(encode(mapping, {}).text).toBe('');
  });
  it('take constants of the link before those of the message', () => {
    const mapping = compile('s: { is: information, param: Sender, card: 1 }\nd: { is: agent.name, default: none, card: 1 }');
    expect(encode(mapping, { information: 'a' }).text).toBe('<s>a</s><d>none</d>');
    expect(encode(mapping, { information: 'a' }, { Sender: 'b' }).text).toBe('<s>b</s><d>none</d>');
    expect(encode(mapping, {}).found).toEqual(['FIELD_MISSING /information']);
  });
});

describe('namespaces', () => {
  const mapping = compile(
    'c:K: { is: information }\nK: { is: agent.name }\nc:G:\n  c:n: { is: carrier.name }',
    "detect: { root: M, namespace: ['urn:m:2', 'urn:m:1'] }\nnamespaces: { c: ['urn:c:2', 'urn:c:1'] }",
  );
  const read = (text: string) => {
    const document = readXml(Buffer.from(text)).documents[0] as DocumentNode;
    const { message, issues } = decodeDocument(mapping, document);
    return { message, found: issues.map(({ code, pointer }) => `${code} ${pointer}`) };
  };
  const body = '<id>1</id><c:K>a</c:K><K>b</K><c:G><c:n>d</c:n></c:G>';
  const held = { information: 'a', agent: { name: 'b' }, carrier: { name: 'd' } };

  it.each([
    ['the written version', 'urn:m:2', 'urn:c:2'],
    ['an earlier version', 'urn:m:1', 'urn:c:1'],
  ])('of %s tell rules of one name apart', (_name, root, common) =>
    expect(read(`<M xmlns="${root}" xmlns:c="${common}">${body}</M>`)).toMatchObject({ found: [], message: held }),
  );
  it('are reported once a rule where they are others', () => {
    const { message, found } = read(`<M xmlns="urn:m:2" xmlns:c="urn:other">${body}</M>`);
    expect(found).toEqual(['NAMESPACE_WRONG /M/K[1]', 'NAMESPACE_WRONG /M/G', 'NAMESPACE_WRONG /M/G/n']);
    expect(message).toMatchObject({ carrier: { name: 'd' } });
    expect(read('<x:M xmlns:x="urn:m:2" xmlns:c="urn:c:2"><id>1</id><c:K>a</c:K></x:M>').found).toEqual(['NAMESPACE_WRONG /M/id']);
  });
  it('may be left out altogether', () =>
    expect(read('<M><id>1</id><K>a</K></M>')).toMatchObject({ found: [], message: { information: 'a' } }));
  it('are declared at the root, those that are used', () => {
    const { message } = read(`<M xmlns="urn:m:1" xmlns:c="urn:c:1">${body}</M>`);
    const { document } = encodeDocument(mapping, message, {});
    const { bytes } = writeXml(document, { parameters: {}, namespace: mapping.detect.namespaces[0], prefixes: mapping.prefixes });
    expect(bytes.toString()).toContain(`?><M xmlns="urn:m:2" xmlns:c="urn:c:2">${body}</M>`);
  });
  it('have prefixes the file names', () =>
    expect(faults(file('x:a: { is: information }', 'test/T', "namespaces: { c: 'urn:c' }"))).toEqual(['mappings/test/T/document/M/x:a']));
});

describe('alternatives', () => {
  const mapping = compile('C:\n  $oneOf: [[a, b]]\n  a: { is: carrier.name }\n  b: { is: agent.name }');
  it('are one at most, read and written', () => {
    expect(decode(mapping, '<C><a>x</a></C>').found).toEqual([]);
    expect(decode(mapping, '<C><a>x</a><b>y</b></C>').found).toEqual(['FIELD_FORBIDDEN /M/C']);
    expect(encode(mapping, { carrier: { name: 'x' } }).found).toEqual([]);
    expect(encode(mapping, { carrier: { name: 'x' }, agent: { name: 'y' } }).found).toEqual(['FIELD_FORBIDDEN ']);
  });
  it('are children of their group', () =>
    expect(faults(file('C:\n  $oneOf: [[a, z]]\n  a: { is: information }'))).toEqual(['mappings/test/T/document/M/C/$oneOf']));
});

describe('a locator', () => {
  const locate = compileLocator(
    compile(
      `C:\n  $at: 'consignment[]'\n  $card: '0..9'\n  D:\n    b: { is: transportContractDocument.id }\n  r: { is: 'routingCountryCode[]', as: code X, card: '0..9' }\n  V:\n    $at: grossWeight\n    '@u': { is: unitCode }`,
    ),
  );
  it.each([
    ['/consignment/0/transportContractDocument/id', '/M/C[1]/D/b'],
    ['/consignment/4/routingCountryCode/2/value', '/M/C[5]/r[3]'],
    ['/consignment/1', '/M/C[2]'],
    ['/consignment/1/numberOfPackages', '/M/C[2]'],
    ['/consignment/1/grossWeight/unitCode', '/M/C[2]/V/@u'],
    ['/header/messageId', '/M/id'],
  ])('finds %s', (pointer, place) => expect(locate(pointer)).toBe(place));
  it('says when there is none', () => expect(locate('/information')).toBeUndefined());
});

describe('a mapping file', () => {
  it.each([
    ['an unknown path', `a: { is: nowhere.at.all }`, 'document/M/a'],
    ['an unknown conversion', `b: { is: information, as: integre }`, 'document/M/b/as'],
    ['a broken bound', `c: { is: information, card: '0..x' }`, 'document/M/c/card'],
    ['a bound too many', `d: { is: information, card: '1 1' }`, 'document/M/d/card'],
    ['a conversion that does not fit the model', `e: { is: carrier.id, as: decimal }`, 'document/M/e'],
    ['an unknown setting', `f: { is: information, colour: red }`, 'document/M/f/'],
    ['a list that is used as one value', `g: { is: consignment.id }`, 'document/M/g'],
    ['repetition without a list', `h: { is: information, card: '0..3' }`, 'document/M/h'],
    [
      'a list at a place that holds one value',
      `V: { $at: 'consignment[]', $card: '0..9', '@k': { is: 'routingCountryCode[]', as: code X } }`,
      'document/M/V/@k',
    ],
    ['a context that is a list without []', `J: { $at: 'consignment.x' }`, 'document/M/J/$at'],
    ['an unknown group setting', `K: { $color: red }`, 'document/M/K/'],
    ['a child that is no map', `i: 5`, 'document/M/i'],
    ['an unknown function', `l: { is: information, as: fn nothing }`, 'document/M/l/as'],
  ])('is refused for %s', (_name, rule, place) => expect(faults(file(rule))).toEqual([`mappings/test/T/${place}`]));
  it('is refused for several faults together', () => {
    expect(faults(file('a: { is: nowhere }\nb: { is: information, as: integre }'))).toHaveLength(2);
    expect(faults({ path: 'x', text: 'a: [1' }, file('', 'other/T'))).toEqual(['mappings/x']);
    expect(faults({ ...file(''), path: 'else/where' })).toEqual(['mappings/else/where/mapping']);
  });
});

describe('overlays', () => {
  const base = file('a: { is: information, card: 1 }\nb: { is: agent.name }');
  const over = (rules: string): TextFile => ({ path: 'test/U', text: `mapping: test/U\nextends: test/T\ndocument: { M: { ${rules} } }` });
  it('change, add and remove', () => {
    const { compiled, issues } = results(base, over(`a: { card: '0..1' }, b: null, c: { is: carrier.name }`));
    expect(issues).toEqual([]);
    const rule = compiled[1]?.mapping?.root;
    expect(rule?.children.map(({ key }) => key)).toEqual(['id', 'a', 'c']);
    expect(rule?.children[1]?.cards.min[0]).toBe(0);
  });
  it('have a digest over all they rest on', () => {
    const digest = (...files: TextFile[]) => assemble(files).mappings.find(({ path }) => path === 'test/U')?.digest;
    const one = digest(base, over(''));
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(digest(file('a: { is: information, card: 2 }'), over(''))).not.toBe(one);
    expect(digest(base, over('b: null'))).not.toBe(one);
    expect(digest(base, over(''))).toBe(one);
  });
  it('rest on what exists and not on themselves', () => {
    expect(faults(over(''))).toEqual(['mappings/test/U/extends']);
    expect(faults({ path: 'a', text: 'extends: b' }, { path: 'b', text: 'extends: a' })).toEqual([
      'mappings/a/extends',
      'mappings/b/extends',
    ]);
  });
  it('leave abstract bases out', () =>
    expect(
      assemble([
        { path: 'a', text: 'abstract: true' },
        { path: 'b', text: 'extends: a' },
      ]).mappings,
    ).toMatchObject([{ path: 'b' }]));
});

describe('code lists', () => {
  it('are refused with every fault', () => {
    expect(
      readCodeLists([
        { path: 'A', text: 'list: B\nversion: "1"\ntitle: {}\nsource: x\nvalues: {}' },
        { path: 'C', text: 'list: C' },
      ]).issues.map(({ pointer }) => pointer),
    ).toEqual(['codelists/A/list', 'codelists/C/version', 'codelists/C/title', 'codelists/C/source', 'codelists/C/values']);
  });
});
