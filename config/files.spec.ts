import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDataFile } from '#model';
import { digestOfFiles, readTranslationFiles, textDigest } from './files.ts';

describe('the data files of an installation', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'landbridge-files-'));
    for (const folder of ['config/codelists', 'dist']) mkdirSync(join(home, folder), { recursive: true });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const put = (path: string, text: string) => writeFileSync(join(home, path), text);
  const list = () => readTranslationFiles(home).codelists.map((file) => readDataFile(file));

  it('are taken as the build read them, and read anew once somebody changed them', () => {
    const text = "list: 口岸\ncodes: { '08': Құрғақ порт }\n";
    put('config/codelists/PORT.yaml', text);
    put('dist/built-data.json', JSON.stringify({ read: { [textDigest(text)]: 'as the build read it' } }));
    expect(list()).toEqual([{ value: 'as the build read it' }]);

    const copies = readTranslationFiles(home).codelists.map((file) => ({ ...file, text: file.text.replace('08', '07') }));
    expect(copies.map(readDataFile)).toEqual([{ value: { list: '口岸', codes: { '07': 'Құрғақ порт' } } }]);
    put('config/codelists/PORT.yaml', text.replace('08', '09'));
    expect(list()).toEqual([{ value: { list: '口岸', codes: { '09': 'Құрғақ порт' } } }]);
  });

  it('count as compiled only while they are to the last octet, name and number those that the build compiled', () => {
    put('config/codelists/PORT.yaml', 'list: 口岸\n');
    expect(readTranslationFiles(home).compiled).toBe(false);
    put('dist/built-data.json', JSON.stringify({ read: {}, compiled: digestOfFiles(readTranslationFiles(home)) }));
    expect(readTranslationFiles(home).compiled).toBe(true);
    put('config/codelists/PORT.yaml', 'list: 口岸 \n');
    expect(readTranslationFiles(home).compiled).toBe(false);
    put('config/codelists/PORT.yaml', 'list: 口岸\n');
    expect(readTranslationFiles(home).compiled).toBe(true);
    put('config/codelists/OTHER.yaml', 'list: Хоргос\n');
    expect(readTranslationFiles(home).compiled).toBe(false);
  });

  it('are read where nothing was built, and say what is wrong with them', () => {
    put('config/codelists/PORT.yaml', 'list: "\n');
    expect(list()).toEqual([{ fault: expect.stringMatching(/ in line \d\.$/) as string }]);
  });
});
