// Reads the data files and compiles every mapping once, so that no program has to: each start would spend most of its time on it.
import { writeFileSync } from 'node:fs';
import { digestOfFiles, readTranslationFiles, textDigest } from '../dist/config/index.js';
import { createTranslator } from '../dist/libs/formats/src/index.js';
import { ExchangeError, readDataFile } from '../dist/libs/model/src/index.js';

const files = readTranslationFiles(process.cwd());
const read = {};
for (const file of [...files.mappings, ...files.codelists, ...files.edifact]) {
  const { value } = readDataFile(file);
  // A file that cannot be read is left to whoever needs it, to say what is wrong with it.
  if (value !== undefined) read[textDigest(file.text)] = value;
}
// So is a mapping that cannot be compiled: without this digest a program compiles all of them when it starts, and says so.
writeFileSync('dist/built-data.json', JSON.stringify({ read, ...(compiles() && { compiled: digestOfFiles(files) }) }));

function compiles() {
  try {
    createTranslator(files);
    return true;
  } catch (error) {
    if (error instanceof ExchangeError) return false;
    throw error;
  }
}
