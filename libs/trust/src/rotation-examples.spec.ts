/** The rotation of LB-PROTO-6, played by its receiver from the files: first documents, then nothing but what came over the link. */
import { readdirSync, readFileSync } from 'node:fs';
import { compactVerify, importJWK } from 'jose';
import { KeyDirectory, openKeyStatement, verifyMessage, type DirectoryKey, type KeyDocument } from './index.ts';

const folder = 'test/fixtures/protocol/rotation';
const text = readFileSync('docs/protocols/LB-PROTO-6-key-rotation.md', 'utf8');
const read = (name: string) => readFileSync(`${folder}/${name}.jws`);
const examples = JSON.parse(readFileSync(`${folder}/examples.json`, 'utf8')) as {
  nonce: string;
  first: KeyDocument[];
  steps: { name: string; at: string }[];
  refused: { name: string; at: string; reason: string }[];
  frames: Record<string, string>;
};
const timeOf = (name: string) => new Date([...examples.steps, ...examples.refused].find((one) => one.name === name)!.at);
const taken = (name: string, directory: KeyDirectory) => directory.importSigned(read(name), timeOf(name));
const statuses = (directory: KeyDirectory) => directory.document('LSW')!.keys.map(({ status }) => status);
const said = (name: string, directory: KeyDirectory, from: string, to: string) => {
  const opened = openKeyStatement(read(name), directory, { from, to, now: timeOf(name) });
  if (!opened.ok) throw new TypeError(opened.reason);
  return opened;
};
const verdict = (name: string, directory: KeyDirectory, now = timeOf(name)) =>
  verifyMessage(Buffer.from(examples.frames[name]!, 'base64'), directory, { addressee: 'KEG', sender: 'LSW', test: true, now });

/** A partner that has followed the rotation up to a step. */
function partner(...updates: string[]): KeyDirectory {
  const directory = new KeyDirectory();
  for (const document of examples.first) directory.importTrusted(document);
  for (const name of updates) expect(taken(name, directory)).toMatchObject({ ok: true });
  return directory;
}
const [PUBLISH, ACTIVATE, RETIRE] = ['1-publish', '6-activate', '8-retire'] as const;
const [OLD, NEW] = ['5-message-under-the-old-key', '7-message-under-the-new-key'] as const;

describe('the rotation of LB-PROTO-6', () => {
  const every = [...examples.steps, ...examples.refused].map(({ name }) => name);

  it('has every artefact as a file and in full in the document', () => {
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.jws'))
        .sort(),
    ).toEqual(every.map((name) => `${name}.jws`).sort());
    for (const name of every) {
      const jws = read(name).toString();
      expect(text).toContain(`\`\`\`text\n${jws}\n\`\`\``);
      expect(text).toContain(Buffer.from(jws.split('.')[1]!, 'base64url').toString());
    }
  });

  it.each(every)('%s: jose verifies it, whatever becomes of it', async (name) => {
    const { kid } = JSON.parse(Buffer.from(read(name).toString().split('.')[0]!, 'base64url').toString()) as { kid: string };
    const key = partner(PUBLISH)
      .records()
      .find((one) => one.kid === kid)!;
    await expect(compactVerify(read(name), await importJWK(key as DirectoryKey, key.alg))).resolves.toBeDefined();
  });

  it('1, 2: the next key is published, and the partner says that it verifies with both', () => {
    const directory = partner(PUBLISH);
    expect(statuses(directory)).toEqual(['active', 'published']);
    const kids = directory.document('LSW')!.keys.map(({ kid }) => kid);
    expect(said('2-accepted', directory, 'KEG', 'LSW').statement).toMatchObject({ version: 2, accepts: kids });
  });

  it('3, 4: the next key proves itself and is answered; to whoever missed version 2 it proves nothing', () => {
    const directory = partner(PUBLISH);
    const question = said('3-question', directory, 'LSW', 'KEG');
    expect(question).toMatchObject({ kid: directory.document('LSW')!.keys[1]!.kid, statement: { ask: examples.nonce } });
    expect(said('4-answer', directory, 'KEG', 'LSW').statement).toMatchObject({ answer: examples.nonce });
    const now = timeOf('3-question');
    expect(openKeyStatement(read('3-question'), partner(), { from: 'LSW', to: 'KEG', now })).toMatchObject({
      ok: false,
      reason: 'KEY_UNKNOWN',
    });
  });

  it('5 to 7: while both keys are good nothing is refused, whichever signed it, and the chain goes on', () => {
    const directory = partner(PUBLISH, ACTIVATE);
    expect(statuses(directory)).toEqual(['retiring', 'active']);
    const [before, after] = [verdict(OLD, directory), verdict(NEW, directory)];
    if (!before.ok || !after.ok) throw new TypeError('an example does not verify');
    expect(after.manifest.link).toEqual({ sequence: 2, previous: before.manifestDigest });
    expect([before.kid, after.kid]).toEqual(directory.document('LSW')!.keys.map(({ kid }) => kid));
  });

  it('8: retired, the old key is refused for live traffic and keeps its word as evidence', () => {
    const directory = partner(PUBLISH, ACTIVATE, RETIRE);
    expect(statuses(directory)).toEqual(['retired', 'active']);
    expect(verdict(OLD, directory, timeOf(RETIRE))).toMatchObject({ ok: false, reason: 'KEY_RETIRED' });
    expect(verdict(NEW, directory, timeOf(RETIRE)).ok).toBe(true);
    const { kid } = directory.document('LSW')!.keys[0]!;
    expect(directory.resolve(kid, { at: timeOf(OLD), purpose: 'evidence' }).ok).toBe(true);
  });

  it('no step can be left out of order: an update that was not offered its predecessor stands alone, an older one changes nothing', () => {
    const behind = partner(PUBLISH, ACTIVATE);
    expect(taken(PUBLISH, behind)).toMatchObject({ ok: false, reason: 'DIRECTORY_STALE' });
    // Signed with the key of a version it never got.
    expect(taken(RETIRE, partner())).toMatchObject({ ok: false, reason: 'KEY_UNKNOWN' });
    expect(statuses(behind)).toEqual(['retiring', 'active']);
  });

  it.each(examples.refused)('$name is refused although truly signed: $reason', ({ name, at, reason }) => {
    const directory = at < timeOf(RETIRE).toISOString() ? partner(PUBLISH, ACTIVATE) : partner(PUBLISH, ACTIVATE, RETIRE);
    const before = directory.document('LSW');
    expect(taken(name, directory)).toMatchObject({ ok: false, reason });
    expect(directory.document('LSW')).toBe(before);
  });
});
