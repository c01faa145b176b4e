import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonLines, jsonOf, runCli, type Samples, writeSamples } from '../support/cli.ts';
import { INTERCHANGE, MALFORMED_EDIFACT, WELL_FORMED_EDIFACT } from '../support/edifact-samples.ts';
import { JSON_WITH_DUPLICATE_KEY, MALFORMED_JSON, WELL_FORMED_JSON } from '../support/json-samples.ts';
import { MALFORMED_XML, OVERSIZED_XML, WELL_FORMED_XML, XML_WITH_DOCTYPE } from '../support/xml-samples.ts';

interface Verdict {
  readonly file?: string;
  readonly id?: unknown;
  readonly verdict: 'accept' | 'refuse';
  readonly code: string;
  readonly ms: number;
}
interface Validation {
  readonly file?: string;
  readonly valid: boolean;
  readonly format: string | null;
  readonly type: string | null;
  readonly functionCode: string | null;
  readonly errors: readonly { readonly code: string; readonly pointer: string; readonly message: string }[];
  readonly warnings: readonly unknown[];
}

const FORMATS = 'test/fixtures/formats';
const MANIFEST = `${FORMATS}/cn-manifest/MT1101-9.xml`;
const NOTE = `${FORMATS}/osjd-smgs/note-ru.windows-1251.edi`;

// Every process loads the program anew; on a busy machine that takes seconds.
jest.setTimeout(60_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landbridge-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Judges samples of several classes in one process; the answers by class, each under its sample's name. */
async function probe(name: string, classes: Readonly<Record<string, Samples>>): Promise<Record<string, Record<string, string>>> {
  const files = new Map<string, [kind: string, sample: string]>();
  for (const [kind, samples] of Object.entries(classes)) {
    const paths = await writeSamples(join(folder, name, kind), samples);
    Object.keys(samples).forEach((sample, index) => files.set(paths[index]!, [kind, sample]));
  }
  // A file that is not there must not stop the rest.
  const run = await runCli(['probe', name, '--batch'], { stdin: [join(folder, 'missing'), ...files.keys()].join('\n') });
  expect([run.code, run.stderr]).toEqual([0, '']);
  const [missing, ...answers] = jsonLines<Verdict>(run);
  expect(missing).toMatchObject({ verdict: 'refuse', code: 'FILE_UNREADABLE' });
  expect(answers.map(({ file }) => file)).toEqual([...files.keys()]);
  const found: Record<string, Record<string, string>> = {};
  for (const { file, verdict, code, ms } of answers) {
    const [kind, sample] = files.get(file!)!;
    expect(ms).toBeGreaterThanOrEqual(0);
    (found[kind] ??= {})[sample] = verdict === 'accept' ? 'accept' : code;
  }
  return found;
}

const every = (samples: Samples, code: string): Record<string, string> =>
  Object.fromEntries(Object.keys(samples).map((name) => [name, code]));
const accepted = (answers: Record<string, string> = {}): string[] => Object.keys(answers).filter((name) => answers[name] === 'accept');

describe('landbridge probe', () => {
  it('parse-xml refuses what is not well-formed, every DOCTYPE and what exceeds a limit, and accepts the rest', async () => {
    const found = await probe('parse-xml', { MALFORMED_XML, OVERSIZED_XML, XML_WITH_DOCTYPE, WELL_FORMED_XML });
    expect(accepted(found['MALFORMED_XML'])).toEqual([]);
    expect(found['OVERSIZED_XML']).toEqual(every(OVERSIZED_XML, 'XML_LIMIT'));
    expect(found['XML_WITH_DOCTYPE']).toEqual(every(XML_WITH_DOCTYPE, 'DTD_FORBIDDEN'));
    expect(found['WELL_FORMED_XML']).toEqual(every(WELL_FORMED_XML, 'accept'));
  });

  it('parse-json refuses what is not JSON and every duplicate key, and accepts the rest', async () => {
    const found = await probe('parse-json', { MALFORMED_JSON, JSON_WITH_DUPLICATE_KEY, WELL_FORMED_JSON });
    expect(accepted(found['MALFORMED_JSON'])).toEqual([]);
    expect(found['JSON_WITH_DUPLICATE_KEY']).toEqual(every(JSON_WITH_DUPLICATE_KEY, 'JSON_DUPLICATE_KEY'));
    expect(found['WELL_FORMED_JSON']).toEqual(every(WELL_FORMED_JSON, 'accept'));
  });

  it('parse-edifact refuses broken interchanges, and accepts sound ones of any message type', async () => {
    const found = await probe('parse-edifact', { MALFORMED_EDIFACT, WELL_FORMED_EDIFACT });
    expect(accepted(found['MALFORMED_EDIFACT'])).toEqual([]);
    expect(found['MALFORMED_EDIFACT']).toMatchObject({
      'zero bytes': 'EMPTY',
      'UNT counts one more': 'EDIFACT_COUNT',
      'cut off in a segment': 'EDIFACT_TRUNCATED',
      'release characters without end': 'EDIFACT_LIMIT',
      'one segment 300,000 times': 'EDIFACT_LIMIT',
      '100,000 message headers': 'EDIFACT_LIMIT',
    });
    expect(found['WELL_FORMED_EDIFACT']).toEqual(every(WELL_FORMED_EDIFACT, 'accept'));
  });

  it('decode judges whole documents', async () => {
    const manifest = await readFile(MANIFEST, 'utf8');
    const found = await probe('decode', {
      SOUND: { manifest, note: await readFile(NOTE) },
      BROKEN: {
        EMPTY: '',
        FORMAT_UNKNOWN: '<a/>',
        XML_MALFORMED: manifest.slice(0, -20),
        DTD_FORBIDDEN: `<!DOCTYPE Manifest>${manifest.replace(/^<\?xml.*?\?>/, '')}`,
        NAMESPACE_WRONG: manifest.replace(/:MT1101:1/, ':MT9999:1'),
        FUNCTION_CODE_UNKNOWN: manifest.replace('<FunctionCode>9<', '<FunctionCode>7<'),
        FIELD_MISSING: manifest.replace(/<MessageID>.*?<\/MessageID>/, ''),
        ENCODING_INVALID: Buffer.concat([
          Buffer.from('<?xml version="1.0" encoding="UTF-8"?><Manifest>'),
          Buffer.from([0xd6, 0xd0]),
          Buffer.from('</Manifest>'),
        ]),
        MESSAGE_TYPE_UNKNOWN: INTERCHANGE,
        JSON_DUPLICATE_KEY: '{"model":"landbridge/1","model":"landbridge/1"}',
      },
    });
    expect(found['SOUND']).toEqual({ manifest: 'accept', note: 'accept' });
    expect(found['BROKEN']).toEqual(Object.fromEntries(Object.keys(found['BROKEN']!).map((code) => [code, code])));
  });

  it('verify-jws answers each line under its id, whatever the lines before were', async () => {
    // RFC 8037 appendix A: the key of A.2, the JWS of A.4. RFC 7515 A.5: a JWS without signature.
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    const jws =
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
    const unsigned = 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.';
    const lines = [
      { id: 'sound', jwk, jws },
      '{"id":"twice","jws":"a","jws":"b"}',
      'no JSON at all',
      { id: 'none', jwk, jws: unsigned },
      { id: 'altered', jwk, jws: jws.replace('RXhh', 'RXhi') },
      { id: 'padded', jwk, jws: `${jws}=` },
      { id: { deep: [1] }, jwk: null, jws },
      { id: 'last', jwk, jws },
    ];
    const run = await runCli(['probe', 'verify-jws', '--batch'], {
      stdin: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    });
    expect(run.code).toBe(0);
    expect(jsonLines<Verdict>(run).map(({ id, verdict, code }) => [id, verdict, code])).toEqual([
      ['sound', 'accept', 'VERIFIED'],
      ['twice', 'refuse', 'JSON_DUPLICATE_KEY'],
      [null, 'refuse', 'JSON_MALFORMED'],
      ['none', 'refuse', 'ALG_REFUSED'],
      ['altered', 'refuse', 'SIGNATURE_WRONG'],
      ['padded', 'refuse', 'NOT_BASE64URL'],
      [{ deep: [1] }, 'refuse', 'KEY_MALFORMED'],
      ['last', 'accept', 'VERIFIED'],
    ]);
    const key = join(folder, 'ed25519.jwk.json');
    await writeFile(key, JSON.stringify(jwk));
    const [one, checked] = await Promise.all([
      runCli(['probe', 'verify-jws', '--jwk', key], { stdin: `${jws}\n` }),
      runCli(['probe', 'check-key'], { stdin: JSON.stringify({ ...jwk, d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A' }) }),
    ]);
    expect([one.code, jsonOf<Verdict>(one).code]).toEqual([0, 'VERIFIED']);
    expect([checked.code, jsonOf<Verdict>(checked).code]).toEqual([0, 'KEY_PRIVATE']);
  });
});

describe('landbridge validate and detect', () => {
  it('judges files by their names on stdin, a missing and a huge one among them', async () => {
    const huge = join(folder, 'huge.xml');
    const file = await open(huge, 'w');
    await file.truncate(200 * 1024 * 1024);
    await file.close();
    const run = await runCli(['validate', '--batch', '--json'], { stdin: [MANIFEST, join(folder, 'missing'), huge, NOTE].join('\n') });
    const [manifest, missing, tooLarge, note] = jsonLines<Validation>(run);
    expect(run.code).toBe(2);
    expect(manifest).toMatchObject({
      file: MANIFEST,
      valid: true,
      format: 'cn-manifest/MT1101',
      type: 'MT1101',
      functionCode: '9',
      errors: [],
    });
    expect(missing).toMatchObject({ valid: false, format: null, errors: [{ code: 'FILE_UNREADABLE' }] });
    expect(tooLarge).toMatchObject({
      valid: false,
      errors: [{ code: 'TOO_LARGE', message: expect.stringContaining('67108864 bytes') as string }],
    });
    expect(note).toMatchObject({ valid: true, type: 'IFTMIN' });
  });

  it('finds every mistake and says it as JSON on stdout, or for a person on stderr', async () => {
    const stdin = (await readFile(MANIFEST, 'utf8'))
      .replace(/<MessageID>.*?<\/MessageID>/, '')
      .replace('</Head>', '<Extra>secret</Extra></Head>');
    const [json, text] = await Promise.all([runCli(['validate', '-', '--json'], { stdin }), runCli(['validate', '-'], { stdin })]);
    expect([json.code, text.code]).toEqual([2, 2]);
    expect(Object.keys(jsonOf<Validation>(json))).toEqual(['valid', 'format', 'type', 'functionCode', 'errors', 'warnings']);
    expect(jsonOf<Validation>(json).errors).toEqual([
      { code: 'FIELD_MISSING', pointer: '/Manifest/Head/MessageID', message: expect.any(String) as string },
    ]);
    expect(text.stdout.toString()).toBe('invalid: MT1101, function 9; 1 errors, 1 warnings\n');
    expect(text.stderr).toMatch(/error FIELD_MISSING .*\n {2}where {2}\/Manifest\/Head\/MessageID\n {2}do {5}/);
    expect(json.stdout.toString() + text.stderr).not.toContain('secret');
  });

  it('says what a document is', async () => {
    const run = await runCli(['detect', NOTE, '--json']);
    expect(run.code).toBe(0);
    expect(jsonOf(run)).toMatchObject({ format: 'osjd-smgs/IFTMIN', type: 'IFTMIN', encoding: 'windows-1251', functionCode: '9' });
  });
});

describe('landbridge translate', () => {
  it('writes the document alone, to the octet, and back again', async () => {
    const json = await runCli(['translate', MANIFEST, '--to', 'json']);
    expect([json.code, json.stderr]).toEqual([0, '']);
    const [back, again] = await Promise.all([
      runCli(['translate', '-', '--to', 'MT1101'], { stdin: json.stdout }),
      runCli(['translate', MANIFEST, '--to', 'cn-manifest/MT1101', '--json']),
    ]);
    expect(back.code).toBe(0);
    const [document] = jsonOf<{ documents: { format: string; encoding: string; base64: string }[] }>(again).documents;
    expect(document).toMatchObject({ format: 'cn-manifest/MT1101', encoding: 'UTF-8' });
    expect(Buffer.from(document!.base64, 'base64').equals(back.stdout)).toBe(true);
  });

  it('writes the encoding asked for', async () => {
    const [wide, narrow] = await Promise.all([
      runCli(['translate', NOTE, '--to', 'IFTMIN']),
      runCli(['translate', NOTE, '--to', 'IFTMIN', '--charset', 'windows-1251']),
    ]);
    expect([wide.code, narrow.code]).toEqual([0, 0]);
    expect(new TextDecoder('windows-1251').decode(narrow.stdout)).toBe(wide.stdout.toString());
    expect(narrow.stdout.length).toBeLessThan(wide.stdout.length);
  });

  it('explains each field from source over canonical to target path', async () => {
    const [table, list] = await Promise.all([
      runCli(['translate', NOTE, '--to', 'json', '--explain']),
      runCli(['translate', MANIFEST, '--to', 'MT1101', '--explain', '--json']),
    ]);
    const lines = table.stdout.toString().split('\n');
    expect(lines[0]).toBe('source\tcanonical\ttarget\trule\tbefore\tafter');
    expect(lines).toContainEqual(
      expect.stringMatching(/^\/IFTMIN\/BGM\/3\t\/header\/functionCode\t\/header\/functionCode\tcode UN-1225\t9\t9 \(UN-1225\)$/),
    );
    const { fields } = jsonOf<{ documents: { fields: Record<string, string>[] }[] }>(list).documents[0]!;
    expect(fields).toContainEqual({
      source: '/Manifest/Head/FunctionCode',
      canonical: '/header/functionCode',
      target: '/Manifest/Head/FunctionCode',
      rule: 'code CN-FunctionCode',
      before: '9',
      after: '9',
    });
    // What was read was written: nothing of a round trip is lost on the way.
    expect(fields.filter(({ target }) => target === undefined)).toEqual([]);
  });

  it('writes several documents into a folder, and nothing at all when one cannot be written', async () => {
    const train = `${FORMATS}/canonical/TrainConsist.json`;
    const out = join(folder, 'out');
    const [rail, wrong] = await Promise.all([
      runCli(['translate', train, '--to', 'MT1301', '--projection', 'railManifest', '--out', out]),
      runCli(['translate', MANIFEST, '--to', 'IFTMIN']),
    ]);
    expect(rail.code).toBe(0);
    expect(await readdir(out)).toEqual(['cn-rail-MT1301-1.xml']);
    expect([wrong.code, wrong.stdout.length]).toEqual([2, 0]);
    expect(wrong.stderr).toContain('error VALUE_UNTRANSLATABLE');
  });
});

describe('the command line', () => {
  it('tells wrong use from wrong input by its exit code', async () => {
    const data = { LANDBRIDGE_DATA: join(folder, 'nothing'), HTTP_PORT: '1' };
    const runs = await Promise.all(
      [
        ['--help'],
        [],
        ['no-such-command'],
        ['translate', MANIFEST],
        ['translate', MANIFEST, '--to', 'MT'],
        ['validate', 'no-such-file'],
        ['validate', '--batch', MANIFEST],
        ['status'],
        ['topology', 'check'],
      ].map((args) => runCli(args, { environment: data })),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 64, 64, 64, 64, 66, 64, 69, 78]);
    const [help, ...others] = runs;
    expect(help!.stdout.toString()).toContain('Exit codes:');
    for (const { stdout, stderr } of others) {
      expect(stdout.length).toBe(0);
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
  });

  it('stops quietly when its reader leaves', async () => {
    const child = spawn(process.execPath, ['bin/landbridge.mjs', 'translate', MANIFEST, '--to', 'json', '--explain'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, stderr]).toEqual([0, '']);
  });

  it('stops reading stdin at the limit', async () => {
    const run = await runCli(['validate', '-', '--max-bytes', '1M', '--json'], { stdin: Buffer.alloc(8 * 1024 * 1024, 'x') });
    expect(jsonOf<Validation>(run).errors).toMatchObject([{ code: 'TOO_LARGE' }]);
    expect(run.code).toBe(2);
  });

  it('is described by docs/cli.md as it is', async () => {
    const check = spawn(process.execPath, ['scripts/cli-docs.mjs', '--check']);
    let stderr = '';
    check.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(check, 'close')) as [number];
    expect([code, stderr]).toEqual([0, '']);
  });
});
