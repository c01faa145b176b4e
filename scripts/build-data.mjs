// Reads the data files once, so that no program has to: each start would spend most of its time on YAML.
import { writeFileSync } from 'node:fs';
import { readTranslationFiles, textDigest } from '../dist/config/index.js';
import { readDataFile } from '../dist/libs/model/src/index.js';

const read = {};
for (const file of Object.values(readTranslationFiles(process.cwd())).flat()) {
  const { value } = readDataFile(file);
  // A file that cannot be read is left to whoever needs it, to say what is wrong with it.
  if (value !== undefined) read[textDigest(file.text)] = value;
}
writeFileSync('dist/data.json', JSON.stringify(read));
