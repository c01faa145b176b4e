// Developer-only: generates documents of every EAEU mapping, reads and writes them, and asks xmllint whether what we wrote
// is valid under the schema of its document. Needs ../shared/schemas/eaeu beside the checkout, and xmllint.
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import Table from 'cli-table3';

const folder = fileURLToPath(new URL('../../shared/schemas/eaeu/', import.meta.url));
const RUNS = Number(process.argv[3] ?? 40);
const ONLY = process.argv[2] ?? '';
const seed = Number(process.argv[4] ?? Date.now() % 1_000_000);
/** Schema of each mapping, where it is not called like the document. */
const SCHEMAS = { TransitDeclaration: 'EEC_TransitDeclaration', 'ESADout_CU-transit': 'ESADout_CU' };

if (!existsSync(folder) || spawnSync('xmllint', ['--version']).error) {
  console.log('Not checked: the EAEU schemas or xmllint (libxml2-utils) are not on this machine.');
  process.exit(0);
}

const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { readTranslationFiles } = await dist('config/files.js');
const { readCodeLists } = await dist('libs/formats/src/mapping/codelists.js');
const { compileMapping } = await dist('libs/formats/src/mapping/compile.js');
const { decodeDocument } = await dist('libs/formats/src/mapping/decode.js');
const { encodeDocument } = await dist('libs/formats/src/mapping/encode.js');
const { assemble } = await dist('libs/formats/src/mapping/overlay.js');
const { chooserOf } = await dist('libs/formats/src/mapping/testing/chooser.js');
const { generate } = await dist('libs/formats/src/mapping/testing/generate.js');
const { writeXml } = await dist('libs/formats/src/xml/writer.js');
const { MESSAGE_TYPES } = await dist('libs/model/src/index.js');

const files = readTranslationFiles();
const { lists } = readCodeLists(files.codelists);
const compiled = assemble(files.mappings)
  .mappings.filter(({ path }) => path.startsWith(`eaeu/${ONLY}`))
  .map((whole) => compileMapping(whole, lists));
for (const { pointer, detail } of compiled.flatMap(({ issues }) => issues)) console.log(`${pointer}: ${detail}`);

const work = mkdtempSync(join(tmpdir(), 'eaeu-'));
const table = new Table({ head: ['mapping', 'documents', 'read and written', 'valid'], style: { head: [], border: [], compact: true } });
let failures = 0;
try {
  for (const { mapping } of compiled) {
    if (!mapping) failures++;
    else table.push(check(mapping));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(table.toString());
console.log(`Seed ${seed}.`);
process.exitCode = failures > 0 ? 1 : 0;

function copyOf(value) {
  return deserialize(serialize(value));
}

/** One row: how many of the documents came through, and how many of those the schema accepts. */
function check(mapping) {
  const name = mapping.ref.id.slice('eaeu/'.length);
  const faults = new Map();
  const written = [];
  fc.sample(fc.gen(), { numRuns: RUNS, seed }).forEach((gen, i) => {
    const result = roundTrip(mapping, generate(mapping, 0, chooserOf(gen)));
    if (typeof result === 'string') return void faults.set(result, (faults.get(result) ?? 0) + 1);
    const file = join(work, `${name}-${i}.xml`);
    writeFileSync(file, result);
    written.push(file);
  });
  const { valid, complaints } = validate(join(folder, `${SCHEMAS[name] ?? name}.xsd`), written);
  for (const complaint of complaints) faults.set(complaint, (faults.get(complaint) ?? 0) + 1);
  for (const [fault, count] of [...faults].slice(0, 12)) console.log(`${name}: ${count} x ${fault}`);
  failures += faults.size;
  return [mapping.ref.id, String(RUNS), String(written.length), String(valid)];
}

/** The bytes written, or what went wrong. */
function roundTrip(mapping, document) {
  const { message, issues } = decodeDocument(mapping, copyOf(document));
  const refused = issues.filter(({ severity, code }) => severity === 'error' || code === 'FIELD_UNMAPPED');
  if (refused.length > 0) return `read: ${refused[0].code} ${refused[0].pointer} ${refused[0].detail ?? ''}`;
  const problem = MESSAGE_TYPES[message.type].safeParse(message).error?.issues[0];
  if (problem) return `model: ${problem.path.join('/')} ${problem.message}`;
  const encoded = encodeDocument(mapping, message, {});
  if (encoded.issues.length > 0) return `written: ${encoded.issues[0].code} ${encoded.issues[0].pointer} ${encoded.issues[0].detail ?? ''}`;
  const again = decodeDocument(mapping, copyOf(encoded.document));
  if (JSON.stringify(again.message) !== JSON.stringify(message)) return 'written and read again it is another message';
  const { bytes, issues: unwritable } = writeXml(encoded.document, {
    parameters: {},
    namespace: mapping.detect.namespaces[0],
    prefixes: mapping.prefixes,
  });
  return unwritable.length > 0 ? `bytes: ${unwritable[0].code}` : Buffer.from(bytes);
}

function validate(schema, written) {
  if (written.length === 0 || !existsSync(schema))
    return { valid: 0, complaints: [existsSync(schema) ? 'nothing was written' : `no schema ${schema}`] };
  const { stderr } = spawnSync('xmllint', ['--noout', '--nonet', '--schema', schema, ...written], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const lines = stderr.split('\n');
  const complaints = lines
    .filter((line) => line.includes('error :'))
    .map((line) =>
      line
        .replace(/^.*?element /, '')
        .replaceAll(/\{[^}]*\}/g, '')
        .slice(0, 260),
    );
  return { valid: lines.filter((line) => line.endsWith(' validates')).length, complaints };
}
