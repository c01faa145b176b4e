import { readDirectories, type MessageDirectory } from '#formats';
import { readTranslationFiles } from '../files.ts';

type Level = MessageDirectory['level'];

const { directories, issues } = readDirectories(readTranslationFiles(process.cwd()).edifact);
const groups = (level: Level): string[] => level.positions.flatMap(({ name, group }) => (group ? [name, ...groups(group)] : []));

describe('config/edifact', () => {
  it('reads without a fault', () => {
    expect(issues).toEqual([]);
  });

  // The number of segment groups is that of the published message; they are numbered in reading order.
  it.each([
    ['IFTMIN:D:97A:UN', 41],
    ['APERAK:D:96B:UN', 4],
    ['CONTRL:D:3:UN', 5],
    ['CONTRL:4:1:UN', 5],
  ])('%s has its %i groups in order, and begins with UNH', (identifier, count) => {
    const { level } = directories.get(identifier)!;
    expect(groups(level)).toEqual(Array.from({ length: count }, (_, index) => `SG${index + 1}`));
    expect(level.positions[0]).toMatchObject({ name: 'UNH', mandatory: true, max: 1 });
  });

  it('knows what is mandatory in the note', () => {
    const { level } = directories.get('IFTMIN:D:97A:UN')!;
    expect(level.positions.filter(({ mandatory }) => mandatory).map(({ name }) => name)).toEqual(['UNH', 'BGM', 'SG11']);
  });
});
