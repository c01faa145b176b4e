// Developer-only: compares what our mappings say about the structure of customs manifest documents with what the published
// schemas say, on generated valid and one-fault documents. Needs ../shared/schemas/customs-manifest beside the checkout.
import { Buffer } from 'node:buffer';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import Table from 'cli-table3';
import { fullest, instances, toXml } from './check-customs-schemas.instances.mjs';
import { judge, readSchema } from './check-customs-schemas.schema.mjs';

const folder = new URL('../../shared/schemas/customs-manifest/', import.meta.url);
const FILE = /_(\d{4}|ECIM|ECEX)_(\d)\.xsd$/;

/** What of ours is deliberately wider than a schema: receipts as they really come (config/mappings/cn-manifest/Response.yaml). */
const WIDER = {
  'Manifest_Response.xsd': /^(missing|repeated|order) \/Manifest\/Response/,
  'Manifest_Transfer_Check_Response.xsd': /^missing .*\/ResponseType\/Text$/,
};
const RECEIPTS = { 'Manifest_Response.xsd': 'Response', 'Manifest_Transfer_Check_Response.xsd': 'TransferCheckResponse' };

const KINDS = {
  FIELD_MISSING: 'missing',
  FIELD_REPEATED: 'repeated',
  FIELD_FORBIDDEN: 'forbidden',
  FIELD_ORDER: 'order',
  FIELD_UNMAPPED: 'unknown',
  MESSAGE_TYPE_MISMATCH: 'value',
  FUNCTION_CODE_UNKNOWN: 'value',
};
/** Values are not structure, and the schemas leave them open. */
const VALUES = new Set(['CODE_UNKNOWN', 'FIELD_FILTERED']);

/** One schema against the mapping of its message type. */
function compare(file, translator) {
  const { namespace, root } = readSchema(readFileSync(new URL(file, folder), 'utf8'));
  const [, type = RECEIPTS[file], code = '-'] = FILE.exec(file) ?? [];
  const mapping = `cn-manifest/${RECEIPTS[file] ? type : `MT${type}`}`;
  const report = {
    type: mapping.slice('cn-manifest/'.length),
    code,
    instances: 0,
    agreements: 0,
    wider: 0,
    disagreements: [],
    textless: textless(root),
  };
  for (const { label, document } of instances(root)) {
    report.instances++;
    const schema = judge(root, document);
    const ours = findings(translator, mapping, toXml(document, namespace));
    const differences = symmetricDifference(schema, ours);
    if (differences.length === 0) report.agreements++;
    else if (differences.every((each) => schema.includes(each) && WIDER[file]?.test(each))) report.wider++;
    else report.disagreements.push(`${file}, ${label}: schema [${schema.join(', ')}], ours [${ours.slice(0, 3).join(', ')}]`);
  }
  report.disagreements.push(...whole(file, { namespace, root, mapping, code }, translator));
  return report;
}

/** The fullest document: found by detection, and ignoring what the schema calls filtered. */
function whole(file, { namespace, root, mapping }, translator) {
  const document = fullest(root);
  const bytes = Buffer.from(toXml(document, namespace));
  const detected = translator.detect(bytes).detection?.mapping;
  const issues = translator.decode(bytes, { mapping }).messages.flatMap((message) => message.issues);
  const ours = issues.filter(({ code }) => code === 'FIELD_FILTERED').map(({ pointer }) => pointer);
  const differences = symmetricDifference(filtered(root, document), ours);
  return [
    ...(detected === mapping ? [] : [`${file}: detected as ${detected}`]),
    ...(differences.length === 0 ? [] : [`${file}: filtered differently [${differences.join(', ')}]`]),
  ];
}

function findings(translator, mapping, text) {
  const { messages, issues } = translator.decode(Buffer.from(text), { mapping });
  return [...issues, ...messages.flatMap((message) => message.issues)]
    .filter(({ code }) => !VALUES.has(code))
    .map(({ code, pointer }) => `${KINDS[code] ?? code} ${pointer}`);
}

const symmetricDifference = (one, other) => [
  ...one.filter((each) => !other.includes(each)),
  ...other.filter((each) => !one.includes(each)),
];

function filtered(rule, node, pointer = `/${rule.name}`) {
  const below = node.children.flatMap((child) => {
    const inner = rule.children.find(({ name }) => name === child.name);
    return filtered(inner, child, `${pointer}/${child.name}`);
  });
  return rule.filtered ? [pointer, ...below] : below;
}

const textless = (rule) => [...(rule.textless ? [rule.name] : []), ...rule.children.flatMap(textless)];

function print(reports) {
  const table = new Table({
    head: ['type', 'function code', 'instances', 'agreements', 'wider by decision', 'disagreements'],
    style: { head: [], border: [] },
  });
  for (const { type, code, instances: count, agreements, wider, disagreements } of reports)
    table.push([type, code, count, agreements, wider || '', disagreements.length || '']);
  console.log(table.toString());
  const defects = [...new Set(reports.flatMap((report) => report.textless))];
  console.log(
    `Schema defects left out of the comparison: ${defects.join(' and ')} may hold attributes only, though real messages put the value there.`,
  );
  const all = reports.flatMap(({ disagreements }) => disagreements);
  for (const line of all.slice(0, 40)) console.log(line);
  console.log(
    `${reports.length} schemas, ${sum(reports, 'instances')} instances, ${sum(reports, 'agreements')} agreements, ${all.length} disagreements.`,
  );
}

const sum = (reports, member) => reports.reduce((total, report) => total + report[member], 0);

if (!existsSync(folder)) {
  console.log('check:customs-schemas is skipped: ../shared/schemas/customs-manifest is not there.');
} else {
  const [{ createTranslator }, { readTranslationFiles }] = await Promise.all([
    import('../dist/libs/formats/src/index.js'),
    import('../dist/config/index.js'),
  ]);
  const files = readTranslationFiles();
  const mappings = files.mappings.filter(({ path }) => path.startsWith('cn-manifest/'));
  const translator = createTranslator({ ...files, mappings, edifact: [] });
  const reports = readdirSync(folder)
    .filter((name) => name.endsWith('.xsd'))
    .map((file) => compare(file, translator))
    .sort((one, other) => (one.type + one.code < other.type + other.code ? -1 : 1));
  print(reports);
  if (reports.some(({ disagreements }) => disagreements.length > 0)) process.exitCode = 1;
}
