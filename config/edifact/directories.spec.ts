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
    ['CUSCAR:D:95B:UN', 13],
    ['CUSCAR:D:96B:UN', 17],
    ['CUSREP:D:95B:UN', 11],
    ['CUSRES:D:95B:UN', 9],
    ['CUSRES:D:96B:UN', 13],
    ['IFCSUM:D:95B:UN', 59],
    ['IFCSUM:D:01B:UN', 75],
    ['IFTSTA:D:00B:UN', 13],
    ['CODECO:D:95B:UN', 7],
    ['COARRI:D:95B:UN', 5],
    ['COPRAR:D:95B:UN', 4],
    ['BAPLIE:D:95B:UN', 4],
    ['CONTRL:D:3:UN', 5],
    ['CONTRL:4:1:UN', 5],
  ])('%s has its %i groups in order, and begins with UNH', (identifier, count) => {
    const { level } = directories.get(identifier)!;
    expect(groups(level)).toEqual(Array.from({ length: count }, (_, index) => `SG${index + 1}`));
    expect(level.positions[0]).toMatchObject({ name: 'UNH', mandatory: true, max: 1 });
  });

  it('describes every segment of the messages whose directory it describes', () => {
    const tags = (level: Level): string[] => level.positions.flatMap(({ tag, group }) => (group ? tags(group) : [tag]));
    const service = /^UN[A-Z]$/;
    for (const [identifier, { level, segments }] of directories) {
      if (!segments) continue;
      const missing = tags(level).filter((tag) => !service.test(tag) && !segments.has(tag));
      expect({ identifier, missing }).toEqual({ identifier, missing: [] });
    }
  });

  it('knows what is mandatory in the note', () => {
    const { level } = directories.get('IFTMIN:D:97A:UN')!;
    expect(level.positions.filter(({ mandatory }) => mandatory).map(({ name }) => name)).toEqual(['UNH', 'BGM', 'SG11']);
  });
});
