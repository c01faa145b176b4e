import { createInterface } from 'node:readline/promises';
import { ExchangeError, parseStrictJson, type JsonValue } from '#model';
import { checkKey, KEY_FAULTS, KeyDirectory, type DirectoryKey, type KeyDocument, type KeyFault, type SigningAlgorithm } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { readInput } from '../input.ts';
import { usage } from '../terminal/report.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { fingerprintOf, sameFingerprint } from './fingerprint.ts';
import { recordCommand } from '../audited.ts';
import { openKeys, requireParty } from './key-place.ts';

interface FolderOptions extends CommonOptions {
  readonly keys?: string;
}

const MAX_DOCUMENT = 1024 * 1024;

/** `landbridge keys generate`. */
export async function generateKeys(
  terminal: Terminal,
  options: FolderOptions & { readonly party: string; readonly alg: SigningAlgorithm },
): Promise<ExitCode> {
  const { party, alg, keys } = options;
  requireParty(party);
  const { kid } = await (await openKeys(keys)).generate(party, alg, new Date());
  await recordCommand('key.generate', `party:${party}`, { kid, alg });
  const fingerprint = fingerprintOf(kid);
  if (options.json) terminal.json({ party, kid, alg, fingerprint });
  else terminal.line(`${party}  ${alg}  ${kid}\n${fingerprint}`);
  return EXIT.OK;
}

/** `landbridge keys list`. */
export async function listKeys(
  terminal: Terminal,
  options: FolderOptions & GatewayOptions & { readonly party?: string },
): Promise<ExitCode> {
  const remote = options.url !== undefined || options.token !== undefined;
  const found = remote ? await listedKeys(options) : await keptKeys(options);
  if (options.json) terminal.json({ keys: found });
  else await printKeys(terminal, found);
  return EXIT.OK;
}

async function keptKeys({ keys: folder, party: wanted }: FolderOptions & { readonly party?: string }) {
  const documents = await (await openKeys(folder)).documents();
  return documents
    .filter(({ party }) => wanted === undefined || party === wanted)
    .flatMap(({ party, keys }) => keys.map((key) => ({ party, ...lineOf(key) })));
}

/** As the running gateway has them. */
async function listedKeys({ party, ...options }: GatewayOptions & { readonly party?: string }) {
  const path = `/api/keys${party === undefined ? '' : `?${new URLSearchParams({ party }).toString()}`}`;
  const { body } = await new GatewayClient(options).get<{ keys: readonly (DirectoryKey & { readonly party: string })[] }>(path);
  return body.keys.map((key) => ({ party: key.party, ...lineOf(key) }));
}

const lineOf = ({ kid, alg, status, from, until }: DirectoryKey) => ({
  kid,
  alg,
  status,
  from,
  ...(until !== undefined && { until }),
  fingerprint: fingerprintOf(kid),
});

function printKeys(terminal: Terminal, keys: readonly (ReturnType<typeof lineOf> & { readonly party: string })[]): Promise<void> {
  return terminal.table(
    ['party', 'alg', 'status', ...TIME_HEADS.map((head) => `from ${head}`), 'fingerprint'],
    keys.map(({ party, alg, status, from, fingerprint }) => [party, alg, status, ...timeCells(from), fingerprint]),
  );
}

interface ImportOptions extends FolderOptions {
  readonly fingerprint?: readonly string[];
  readonly yes?: boolean;
}

/** `landbridge keys import`. Nothing is stored before somebody vouched for the fingerprints. */
export async function importKeys(terminal: Terminal, file: string, options: ImportOptions): Promise<ExitCode> {
  const document = new KeyDirectory().importTrusted(await readJson(file, terminal));
  const folder = await openKeys(options.keys);
  const known = (await folder.documents()).find(({ party }) => party === document.party);
  if (known && known.version >= document.version) {
    throw new ExchangeError('KEY_REFUSED', { pointer: '/version', detail: 'A document of this version or a newer one is known.' });
  }
  const keys = document.keys.map((key) => ({ party: document.party, ...lineOf(key) }));
  if (!options.json) await printKeys(terminal, keys);
  const stored = await vouchedFor(terminal, document, file, options);
  if (stored) {
    const kids = document.keys.map(({ kid }) => kid);
    await recordCommand('key.import', `party:${document.party}`, { version: document.version, kids }, known && { version: known.version });
    await folder.store(document);
  }
  if (options.json) terminal.json({ party: document.party, version: document.version, stored, keys });
  else terminal.line(stored ? terminal.paint('green', `stored: ${document.party}, version ${document.version}`) : 'not stored');
  return stored ? EXIT.OK : EXIT.INVALID;
}

async function vouchedFor(terminal: Terminal, { keys }: KeyDocument, file: string, { fingerprint, yes }: ImportOptions): Promise<boolean> {
  if (fingerprint) {
    const unknown = keys.find(({ kid }) => !fingerprint.some((typed) => sameFingerprint(kid, typed)));
    if (unknown)
      throw new ExchangeError('KEY_REFUSED', { pointer: unknown.kid, detail: 'None of the fingerprints given is that of this key.' });
    return true;
  }
  if (yes) return true;
  if (terminal.stdin.isTTY !== true || file === '-')
    throw usage('--fingerprint', 'Give the fingerprints, or --yes when they were compared already.');
  const question = createInterface({ input: terminal.stdin, output: terminal.stderr });
  const answer = await question.question('Compare the fingerprints with the partner over another channel. Are all the same? Type yes: ');
  question.close();
  return answer.trim().toLowerCase() === 'yes';
}

/** `landbridge keys export`. */
export async function exportKeys(terminal: Terminal, { party, keys }: FolderOptions & { readonly party: string }): Promise<ExitCode> {
  const document = (await (await openKeys(keys)).documents()).find((candidate) => candidate.party === party);
  if (!document) throw new ExchangeError('NOT_FOUND', { pointer: party, detail: 'There is no key document of this party.' });
  terminal.line(JSON.stringify(document, null, 2));
  return EXIT.OK;
}

/** `landbridge keys trust`: whose keys these are, for `verify --trust`. A compromised key stays in it: it counts for what was signed before. */
export async function trustKeys(
  terminal: Terminal,
  { party, keys }: FolderOptions & { readonly party?: readonly string[] },
): Promise<ExitCode> {
  const documents = await (await openKeys(keys)).documents();
  const wanted = documents.filter((document) => party === undefined || party.includes(document.party));
  const missing = party?.find((name) => !wanted.some((document) => document.party === name));
  if (missing !== undefined) throw new ExchangeError('NOT_FOUND', { pointer: missing, detail: 'There is no key document of this party.' });
  const trusted = wanted.map((document) => [
    document.party,
    document.keys.filter(({ status }) => status !== 'pending').map(({ kid }) => kid),
  ]);
  terminal.line(JSON.stringify(Object.fromEntries(trusted), null, 2));
  terminal.note('Compare them with the parties themselves before anybody relies on them: landbridge keys list shows the fingerprints.');
  return EXIT.OK;
}

/** `landbridge keys check`: one verdict for each key in the file. */
export async function checkKeys(terminal: Terminal, file: string, { json }: CommonOptions): Promise<ExitCode> {
  const keys = keysIn(await readJson(file, terminal)).map(judged);
  if (json) terminal.json({ keys });
  else
    await terminal.table(
      ['verdict', 'code', 'what', 'fingerprint'],
      keys.map(({ verdict, code, text, fingerprint }) => [verdict, code, text, fingerprint]),
    );
  return keys.length > 0 && keys.every(({ verdict }) => verdict === 'accept') ? EXIT.OK : EXIT.INVALID;
}

/** A key, the `keys` of a set or document, or the list of them. */
export function keysIn(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  const inside = typeof value === 'object' && value !== null ? value['keys'] : undefined;
  return Array.isArray(inside) ? inside : [value];
}

function judged(jwk: JsonValue): {
  readonly verdict: 'accept' | 'refuse';
  readonly code: KeyFault | 'KEY_ACCEPTED';
  readonly text: string;
  readonly fingerprint?: string;
} {
  const checked = checkKey(jwk);
  if (!checked.ok) return { verdict: 'refuse', code: checked.reason, text: KEY_FAULTS[checked.reason] };
  return { verdict: 'accept', code: 'KEY_ACCEPTED', text: checked.alg, fingerprint: fingerprintOf(checked.kid) };
}

async function readJson(file: string, terminal: Terminal): Promise<JsonValue> {
  const input = await readInput(file, MAX_DOCUMENT, terminal);
  const read = 'issue' in input ? { ok: false as const, issue: input.issue } : parseStrictJson(input.bytes, { depth: 6 });
  if (!read.ok) throw new ExchangeError(read.issue.code, { issues: [read.issue] });
  return read.value;
}
