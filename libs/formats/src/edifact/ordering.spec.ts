import type { DocumentNode } from '../document.ts';
import { readDirectories } from './directory.ts';
import { inDirectoryOrder } from './ordering.ts';

const level = (structure: string) =>
  [
    ...readDirectories([
      { path: 'D/TESTIN', text: `{ message: TESTIN, identifiers: ['D:1:UN'], source: spec, structure: ${structure} }` },
    ]).directories.values(),
  ][0]!.level;
const node = (name: string, ...children: DocumentNode[]): DocumentNode => ({ name, children });
const names = ({ name, children }: DocumentNode): string => (children.length > 0 ? `${name}(${children.map(names).join(' ')})` : name);

it('puts segments and groups where the directory has them, inside groups too, and keeps the order of what repeats', () => {
  const directory = level(`['UNH M 1', 'BGM M 1', 'SG1 C 9': ['TDT M 1', 'DTM C 9', 'SG2 C 9': ['LOC M 1']], 'FTX C 9']`);
  const message = node(
    'TESTIN',
    node('UNB'),
    node('UNH'),
    node('FTX'),
    node('BGM'),
    node('SG1', node('TDT'), node('SG2', node('LOC')), node('DTM')),
    node('FTX'),
  );
  expect(names(inDirectoryOrder(message, directory))).toBe('TESTIN(UNB UNH BGM SG1(TDT DTM SG2(LOC)) FTX FTX)');
});

it('leaves a level alone where a tag has two places, and keeps what it does not know behind its neighbour', () => {
  const twice = level(`['UNH M 1', 'FTX C 9', 'BGM M 1', 'FTX C 9']`);
  expect(names(inDirectoryOrder(node('TESTIN', node('UNH'), node('BGM'), node('FTX')), twice))).toBe('TESTIN(UNH BGM FTX)');
  const once = level(`['UNH M 1', 'BGM M 1', 'FTX C 9']`);
  expect(names(inDirectoryOrder(node('TESTIN', node('UNH'), node('FTX'), node('XYZ'), node('BGM')), once))).toBe('TESTIN(UNH BGM FTX XYZ)');
});
