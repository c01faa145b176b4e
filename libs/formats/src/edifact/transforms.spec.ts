import fc from 'fast-check';
import type { DocumentNode } from '../document.ts';
import { EDIFACT_TRANSFORMS } from './transforms.ts';

const segment = (text: string): DocumentNode => {
  const [name = '', ...elements] = text.split('+');
  return { name, data: elements.map((element) => element.split(':')), children: [] };
};
const group = (name: string, ...children: (DocumentNode | string)[]): DocumentNode => ({
  name,
  children: children.map((child) => (typeof child === 'string' ? segment(child) : child)),
});
const show = (node: DocumentNode): unknown =>
  node.data ? `${node.name}+${node.data.map((components) => components.join(':')).join('+')}` : [node.name, ...node.children.map(show)];
const children = (node: DocumentNode | undefined) => node?.children.map(show);
const { osjdNote, applicationErrors } = EDIFACT_TRANSFORMS;
const consignor = (...rest: (DocumentNode | string)[]) => group('SG11', 'NAD+CZ+1:Z00++ООО', ...rest);

describe('osjdNote', () => {
  it.each([
    ['LOC+5+27707701:37:288:АЛТЫНКОЛЬ+КЗХ', 'LOC+5+707701:37:288:АЛТЫНКОЛЬ+27:::КЗХ'],
    ['LOC+17+27707701:37:288:АЛТЫНКОЛЬ', 'LOC+17+707701:37:288:АЛТЫНКОЛЬ+27:::'],
    ['LOC+5+707701+КЗХ', 'LOC+5+707701+:::КЗХ'],
    ['LOC+5+ALTYNKOL:37', 'LOC+5+ALTYNKOL:37'],
    ['EQA+CN+TSTU1234560/4500:::5', 'EQA+CN+TSTU1234560:::5+4500'],
    ['EQA+CN+TSTU1234560:::5', 'EQA+CN+TSTU1234560:::5'],
    ['NAD+CW+27/П:36:12++КТЖ', 'NAD+CW+27:36:12++КТЖ++++++П'],
    ['NAD+CW+27:36:12++КТЖ', 'NAD+CW+27:36:12++КТЖ'],
    ['NAD+GS+7001/1/2:Z00', 'NAD+GS+7001/1/2:Z00'],
  ])('unpacks %s', (packed, unpacked) => {
    const read = osjdNote!.read!(group('IFTMIN', group('SG9', packed)));
    expect(children(read)).toEqual([['SG9', unpacked]]);
    expect(children(osjdNote!.read!(read))).toEqual([['SG9', unpacked]]);
  });

  it.each([
    'LOC+5+27707701:37:288:АЛТЫНКОЛЬ+КЗХ',
    'LOC+5+707701+КЗХ',
    'LOC+5+ALTYNKOL:37',
    'EQA+CN+TSTU1234560/4500:::5',
    'NAD+CW+27/П:36:12++КТЖ',
    'NAD+CW+/О:36:12++КТЖ',
  ])('packs %s as it was', (packed) => {
    const written = osjdNote!.write!(osjdNote!.read!(group('IFTMIN', group('SG2', 'TOD+6'), group('SG9', packed))));
    expect(String((show(written.children[1]!) as string[])[1]).replace(/[+:]+$/, '')).toBe(packed);
  });

  it('does not write a list without a code', () => {
    const written = osjdNote!.write!(group('IFTMIN', group('SG11', 'NAD+CN+:Z00++ТОО')));
    expect(JSON.stringify(show(written))).toContain('NAD+CN+++ТОО');
  });

  it('numbers border stations: 17 the first, 42 the others', () => {
    const leg = group(
      'SG8',
      'TDT+21',
      group('SG9', 'LOC+5+x'),
      group('SG9', 'LOC+17+a'),
      group('SG9', 'LOC+17+b'),
      group('SG9', 'LOC+17+c'),
    );
    expect(JSON.stringify(show(osjdNote!.write!(group('IFTMIN', leg))))).toMatch(/LOC\+17\+a.*LOC\+42\+b.*LOC\+42\+c/);
  });

  it('moves the mass remark between the head and the first goods line', () => {
    const wire = group(
      'IFTMIN',
      'FTX+DCL+++a',
      group('SG2', 'TOD+6'),
      group('SG18', 'GID+1', 'FTX+AAA+++b', 'FTX+IRP+++c', group('SG20', 'MEA+WT')),
      group('SG18', 'GID+2'),
    );
    const before = children(wire);
    const read = osjdNote!.read!(wire);
    expect(children(read)).toEqual([
      'FTX+DCL+++a',
      'FTX+IRP+++c',
      ['SG2', 'TOD+6'],
      ['SG18', 'GID+1', 'FTX+AAA+++b', ['SG20', 'MEA+WT']],
      ['SG18', 'GID+2'],
    ]);
    expect(children(osjdNote!.write!(read))).toEqual(before);
  });

  it('adds the terms of delivery the railways expect, once and in its place', () => {
    expect(children(osjdNote!.write!(group('IFTMIN', 'BGM+722', 'DOC+380', group('SG3', 'RFF+ACW'))))).toEqual([
      'BGM+722',
      'DOC+380',
      ['SG2', 'TOD+6++SD'],
      ['SG3', 'RFF+ACW'],
    ]);
  });

  it('keeps the consignor when empty groups of the consignor carry more documents', () => {
    const wire = group(
      'IFTMIN',
      'DOC+1',
      consignor(group('SG12', 'CTA+EB'), group('SG13', 'DOC+2')),
      group('SG11', 'NAD+CZ', group('SG13', 'DOC+3'), group('SG13', 'DOC+4')),
      group('SG11', 'NAD+CN'),
    );
    expect(children(osjdNote!.read!(wire))).toEqual([
      'DOC+1',
      'DOC+2',
      'DOC+3',
      'DOC+4',
      ['SG11', 'NAD+CZ+1:Z00++ООО', ['SG12', 'CTA+EB']],
      ['SG11', 'NAD+CN'],
    ]);
  });

  it('keeps two consignors that both say something, for the mapping to refuse', () => {
    const read = osjdNote!.read!(group('IFTMIN', consignor(), consignor()));
    expect(read.children).toHaveLength(2);
  });

  it('spreads any number of documents by nines and gathers them in the same order', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.boolean(), (count, named) => {
        const documents = Array.from({ length: count }, (_, index) => `DOC+380+${index}`);
        const parties = named ? [consignor(group('SG12', 'CTA+EB')), group('SG11', 'NAD+CN')] : [group('SG11', 'NAD+CN')];
        const written = osjdNote!.write!(group('IFTMIN', 'BGM+722', ...documents, group('SG2', 'TOD+6'), ...parties));
        const groups = written.children.filter(({ name }) => name === 'SG11');
        expect(written.children.filter(({ name }) => name === 'DOC').length).toBe(Math.min(count, 9));
        for (const each of groups) expect(each.children.filter(({ name }) => name === 'SG13').length).toBeLessThanOrEqual(9);
        const read = osjdNote!.read!(written);
        expect(read.children.flatMap((child) => (child.name === 'DOC' ? [show(child)] : []))).toEqual(documents);
        expect(read.children.filter(({ name }) => name === 'SG11')).toHaveLength(named ? 2 : count > 9 ? 2 : 1);
      }),
    );
  });
});

describe('applicationErrors', () => {
  it('splits type and class, and gathers the texts, and back', () => {
    const wire = group('APERAK', group('SG3', 'ERC+12/E', 'FTX+AAO+++a', group('SG4', 'RFF+ACW:1', 'FTX+AAO+++b', 'FTX+AAO+++c')));
    const before = children(wire);
    const read = applicationErrors!.read!(wire);
    expect(children(read)).toEqual([['SG3', 'ERC+12:::E', 'FTX+AAO+++a', 'FTX+AAO+++b', 'FTX+AAO+++c', ['SG4', 'RFF+ACW:1']]]);
    expect(children(applicationErrors!.write!(read))).toEqual(before);
  });

  it('leaves a plain type alone, and texts without a reference where they are', () => {
    const wire = group('APERAK', group('SG3', 'ERC+12', 'FTX+AAO+++a'));
    expect(children(applicationErrors!.write!(applicationErrors!.read!(wire)))).toEqual([['SG3', 'ERC+12', 'FTX+AAO+++a']]);
  });
});

describe('equipmentTotal', () => {
  const equipmentTotal = EDIFACT_TRANSFORMS['equipmentTotal'];
  const two = () => group('COARRI', 'BGM+44', group('SG3', 'EQD+CN'), group('SG3', 'EQD+CN'));
  it('writes the number of containers and takes it away again', () => {
    const written = equipmentTotal!.write!(two());
    expect(children(written)).toContain('CNT+16:2');
    expect(children(equipmentTotal!.read!(written))).toEqual(children(two()));
  });
  it('leaves a wrong total, and other totals, to be reported', () => {
    const wrong = group('COARRI', group('SG3', 'EQD+CN'), 'CNT+16:2', 'CNT+7:1');
    expect(children(equipmentTotal!.read!(wrong))).toEqual([['SG3', 'EQD+CN'], 'CNT+16:2', 'CNT+7:1']);
  });
});
