/** docs/formats says what the mappings say; `npm run build && node bin/landbridge.mjs mapping docs` writes it anew. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeIndex, describeMapping, loadMappings } from '#formats/tools';
import { installationFolder, readTranslationFiles } from '../files.ts';

const folder = join(installationFolder(), 'docs', 'formats');
const { mappings } = loadMappings(readTranslationFiles());
const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined);

it.each(mappings.map((mapping) => ({ id: mapping.ref.id, mapping })))('$id is documented as it is', ({ id, mapping }) => {
  expect(read(`${id}.md`) === describeMapping(mapping)).toBe(true);
});

it('the table of contents is current, and no page speaks of a mapping that is gone', () => {
  expect(read('README.md') === describeIndex(mappings)).toBe(true);
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(pages.map((name) => name.replaceAll('\\', '/').replace(/\.md$/, '')).sort()).toEqual(mappings.map(({ ref }) => ref.id).sort());
});
