import { readDirectories } from './directory.ts';
import { SMALL_DIRECTORY } from './testing.ts';

const faults = (...texts: string[]) => readDirectories(texts.map((text, index) => ({ path: `file${index}`, text }))).issues;

describe('readDirectories', () => {
  it('reads segments and nested groups with their opening tags', () => {
    const { directories, issues } = readDirectories([{ path: 'D97A/TESTER', text: SMALL_DIRECTORY }]);
    expect(issues).toEqual([]);
    const level = directories.get('TESTER:D:97A:UN')?.level;
    expect(level?.positions.map(({ name, tag, mandatory, max }) => [name, tag, mandatory, max])).toEqual([
      ['UNH', 'UNH', true, 1],
      ['BGM', 'BGM', true, 1],
      ['DTM', 'DTM', false, 2],
      ['DOC', 'DOC', false, 2],
      ['SG1', 'RFF', false, 3],
      ['SG2', 'NAD', true, 2],
      ['CNT', 'CNT', false, 1],
    ]);
    expect(level?.byTag.get('NAD')).toEqual([5]);
    expect(level?.positions[5]?.group?.positions.map(({ tag }) => tag)).toEqual(['NAD', 'LOC', 'CTA', 'DOC']);
  });

  it.each([
    ['no YAML', '{'],
    ['no structure', 'message: TESTER\nidentifiers: [a:b:c]\nsource: x'],
    ['an unknown key', `${SMALL_DIRECTORY}\nmore: 1`],
    ['a head without a maximum', 'message: TESTER\nidentifiers: [a:b:c]\nsource: x\nstructure: [UNH M]'],
    ['a segment with children', 'message: TESTER\nidentifiers: [a:b:c]\nsource: x\nstructure: [{UNH M 1: [BGM M 1]}]'],
    ['a group without children', 'message: TESTER\nidentifiers: [a:b:c]\nsource: x\nstructure: [SG1 M 1]'],
    ['a group opened by a group', 'message: TESTER\nidentifiers: [a:b:c]\nsource: x\nstructure: [{SG1 M 1: [{SG2 M 1: [BGM M 1]}]}]'],
  ])('refuses a file with %s', (_name, text) => {
    expect(faults(text).map(({ code }) => code)).toContain('CONFIGURATION_INVALID');
  });

  it('takes the elements of segments from the file beside it', () => {
    const { directories, issues } = readDirectories([
      { path: 'D97A/TESTER', text: SMALL_DIRECTORY },
      { path: 'D97A/segments', text: 'directory: D97A\nsource: x\nsegments:\n  RFF: [1154 M an..3]' },
      { path: 'D95B/segments', text: 'directory: D95B\nsource: x\nsegments:\n  RFF: [1154 M an..9]' },
    ]);
    expect(issues).toEqual([]);
    expect(directories.get('TESTER:D:97A:UN')?.segments?.get('RFF')).toEqual([
      { mandatory: true, components: [{ mandatory: true, kind: 'an', min: 1, max: 3 }] },
    ]);
  });

  it('refuses a segment that is not written as the directories print it', () => {
    const { issues } = readDirectories([{ path: 'D97A/segments', text: 'directory: D97A\nsource: x\nsegments:\n  RFF: [1154 an3]' }]);
    expect(issues).toMatchObject([{ code: 'CONFIGURATION_INVALID', pointer: 'edifact/D97A/segments/segments/RFF' }]);
  });

  it('refuses a second file for the same message type', () => {
    expect(faults(SMALL_DIRECTORY, SMALL_DIRECTORY)).toMatchObject([
      { code: 'CONFIGURATION_INVALID', pointer: 'edifact/file1/identifiers' },
    ]);
  });
});
