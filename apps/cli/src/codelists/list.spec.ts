import { readCodeLists } from '#formats';
import { described } from './list.ts';

it('says of a list what there is to know of it without its codes', () => {
  const head = "version: '2'\ntitle: { en: Modes }\nsource: s\n";
  const { lists } = readCodeLists([
    { path: 'A', text: `list: A\n${head}canonical: B\nopen: true\nvalues: { '1': { is: X }, '2': { status: provisional } }` },
    { path: 'B', text: `list: B\n${head}values: { X: {} }` },
  ]);
  expect([...lists.values()].map(described)).toEqual([
    { id: 'A', version: '2', codes: 2, canonical: 'B', status: 'provisional', open: true, title: { en: 'Modes' } },
    { id: 'B', version: '2', codes: 1, status: 'confirmed', open: false, title: { en: 'Modes' } },
  ]);
});
