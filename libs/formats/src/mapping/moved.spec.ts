import { assemble } from './overlay.ts';

const document = (text: string) => {
  const base = `
document:
  CUSCAR:
    NAD[1=MS]: { $at: agent, '2.1': { is: id } }
    SG1 TDT[1=20]: { $at: movement, TDT: { '2': { is: id } }, 'NAD[1=CA]': { '2.1': { is: carrier } } }
    SG7 NAD[1=CZ]: { NAD: { '2.1': { is: consignor } }, LOC: { '2.1': { is: place } } }
`;
  const { mappings, issues } = assemble([
    { path: 'base', text: base },
    { path: 'over', text: `extends: base\n${text}` },
  ]);
  expect(issues).toEqual([]);
  return mappings.find(({ path }) => path === 'over')?.tree;
};

it('puts the rules of the base where another release has them, and then merges', () => {
  const tree = document(`
moved: { NAD: SG2 NAD, SG1 TDT: SG4 TDT, SG7 NAD: SG11 NAD }
document: { CUSCAR: { 'SG4 TDT[1=20]': { TDT: { '2': { card: '1' } } }, 'SG2 NAD[1=MS]': { $card: '1' } } }`);
  expect(tree).not.toHaveProperty('moved');
  expect(tree?.['document']).toEqual({
    CUSCAR: {
      'SG2 NAD[1=MS]': { $at: 'agent', $card: '1', NAD: { '2.1': { is: 'id' } } },
      'SG4 TDT[1=20]': { $at: 'movement', TDT: { '2': { is: 'id', card: '1' } }, 'SG2 NAD[1=CA]': { NAD: { '2.1': { is: 'carrier' } } } },
      // The segment that opens a group is no segment to move.
      'SG11 NAD[1=CZ]': { NAD: { '2.1': { is: 'consignor' } }, LOC: { '2.1': { is: 'place' } } },
    },
  });
  expect(Object.keys((tree?.['document'] as { CUSCAR: object }).CUSCAR)).toEqual(['SG2 NAD[1=MS]', 'SG4 TDT[1=20]', 'SG11 NAD[1=CZ]']);
});

it('leaves everything where it is without a word about it', () => {
  expect(Object.keys((document('version: 2')?.['document'] as { CUSCAR: object }).CUSCAR)).toEqual([
    'NAD[1=MS]',
    'SG1 TDT[1=20]',
    'SG7 NAD[1=CZ]',
  ]);
});
