/**
 * Random documents of every message type: read, written as bytes, read again, compared field by field. Here 60 of each, to
 * keep the tests short; `landbridge mapping test` proves 1,000 of each, and `--seed` makes the same ones again.
 */
import { createTranslator } from '#formats';
import { loadMappings } from '../../libs/formats/src/mapping/load.ts';
import { examineLossless } from '../../libs/formats/src/mapping/testing/lossless.ts';
import { readTranslationFiles } from '../files.ts';

const RUNS = 60;
const files = readTranslationFiles();
const translator = createTranslator(files);
const mappings = loadMappings(files).mappings.filter(({ envelope }) => !envelope);
/** Another one each time; the same documents come again with `landbridge mapping test --seed N`. */
const seed = Math.floor(Math.random() * 2 ** 31);

const drawn = new Map<string, readonly string[]>();

process.stdout.write(`lossless: ${RUNS} documents of each of ${mappings.length} types, seed ${seed}\n`);

test.each(mappings.map((mapping) => ({ id: mapping.ref.id, mapping })))(`$id loses nothing (seed ${seed})`, ({ mapping }) => {
  const { findings, documents } = examineLossless(mapping, translator, RUNS, seed, drawn);
  expect(findings.slice(0, 3)).toEqual([]);
  expect(documents).toBe(RUNS);
});
