/** The examples of the protocol document are verified as a partner would: from the files, with nothing but the public keys. */
import { readFileSync, readdirSync } from 'node:fs';
import { compactVerify, importJWK } from 'jose';
import {
  decodeFrame,
  KeyDirectory,
  matchAnswer,
  openAnswer,
  openQuery,
  openReceipt,
  ownQuery,
  matchReceipt,
  parseManifest,
  partDigests,
  PROFILE,
  readCompact,
  sha256,
  verifyMailboxToken,
  verifyMessage,
  type KeyDocument,
  type MailboxRequest,
} from './index.ts';

const folder = 'test/fixtures/protocol';
const read = (name: string) => readFileSync(`${folder}/${name}`);
const text = readFileSync('docs/protocols/LB-PROTO-1-signed-exchange.md', 'utf8');
const examples = JSON.parse(read('examples.json').toString()) as {
  now: string;
  request: MailboxRequest;
  directory: KeyDocument[];
  message: Record<'messageId' | 'manifestDigest' | 'jwsDigest' | 'frameDigest' | 'partDigest', string>;
};
const now = new Date(examples.now);
const directory = new KeyDirectory();
for (const document of examples.directory) directory.importTrusted(document);
const files = readdirSync(folder).filter((name) => name.endsWith('.jws'));
const frame = read('message-1.lbm');
const verdict = verifyMessage(frame, directory, { addressee: 'KEG', sender: 'LSW', test: true, now });

describe(`examples of ${PROFILE}`, () => {
  it.each(files)('%s: jose verifies it, and the document prints it in full', async (name) => {
    const octets = read(name);
    const header = JSON.parse(Buffer.from(octets.toString().split('.')[0]!, 'base64url').toString()) as { kid: string; alg: string };
    const key = directory.records().find(({ kid }) => kid === header.kid)!;
    expect(header.alg).toBe(key.alg);
    const { payload } = await compactVerify(octets, await importJWK(key, key.alg));
    expect(text).toContain(`\`\`\`text\n${octets.toString()}\n\`\`\``);
    expect(text).toContain(Buffer.from(payload).toString());
  });

  it('message-1 verifies in its frame, and every digest printed is the digest of the bytes', () => {
    if (!verdict.ok) throw new Error(verdict.reason);
    const { manifest, manifestDigest, jws, jwsDigest, parts } = verdict;
    expect({
      messageId: manifest.messageId,
      manifestDigest,
      jwsDigest,
      frameDigest: sha256(frame),
      partDigest: sha256(parts[0]!.bytes),
    }).toEqual(examples.message);
    expect(jws.equals(read('message-1.jws'))).toBe(true);
    for (const value of [...Object.values(examples.message), frame.toString('hex')]) expect(text).toContain(value);
  });

  it('message-2 follows message-1 on the link and names its translation', () => {
    const jws = readCompact(read('message-2-translated.jws'), 1 << 20);
    const parsed = jws.ok && parseManifest(jws.payload);
    expect(parsed).toMatchObject({
      ok: true,
      manifest: { link: { sequence: 2, previous: examples.message.manifestDigest }, translatedFrom: { sender: 'HRG' } },
    });
  });

  it.each(files.filter((name) => name.startsWith('receipt')))('%s attests message-1', (name) => {
    if (!verdict.ok) throw new Error(verdict.reason);
    const opened = openReceipt(read(name), directory, { now: new Date(now.getTime() + 3600_000), issuer: 'KEG' });
    if (!opened.ok) throw new Error(opened.reason);
    const sent = {
      messageId: verdict.manifest.messageId,
      from: 'LSW',
      to: 'KEG',
      jwsDigest: verdict.jwsDigest,
      parts: partDigests(verdict.manifest),
    };
    expect(matchReceipt(opened.receipt, sent)).toEqual({ ok: true });
  });

  it('the key document is the one of the directory, and the token opens its mailbox', () => {
    const keys = readCompact(read('keys-LSW.jws'), 1 << 20);
    expect(keys.ok && JSON.parse(keys.payload.toString())).toEqual(examples.directory[0]);
    expect(verifyMailboxToken(read('mailbox-token.jws').toString(), directory, { ...examples.request, now })).toMatchObject({
      ok: true,
      party: 'KEG',
    });
  });

  it('the question is answered with yes and the stored receipt, and with no', () => {
    const later = new Date(now.getTime() + 3600_000);
    const query = ownQuery(read('query-do-you-have-it.jws'));
    const asked = openQuery(read('query-do-you-have-it.jws'), directory, { now: later, from: 'LSW', to: 'KEG' });
    expect(asked).toMatchObject({ ok: true, query: { about: { messageId: examples.message.messageId } }, digest: query!.digest });
    const [yes, no] = ['answer-yes.jws', 'answer-no.jws'].map((name) =>
      openAnswer(read(name), directory, { now: later, from: 'KEG', to: 'LSW' }),
    );
    if (!yes?.ok || !no?.ok) throw new Error('an example answer does not verify');
    expect([yes.answer.have, no.answer.have]).toEqual([true, false]);
    for (const { answer } of [yes, no]) expect(matchAnswer(answer, query!)).toEqual({ ok: true });
    expect(yes.receipts).toEqual([read('receipt-stored-and-valid.jws')]);
  });

  it('one octet changed anywhere in the example frame is refused', () => {
    for (let at = 0; at < frame.length; at++) {
      const changed = Buffer.from(frame);
      changed[at] = changed[at]! ^ 0x20;
      expect(verifyMessage(changed, directory, { addressee: 'KEG', sender: 'LSW', test: true, now }).ok).toBe(false);
    }
    expect(decodeFrame(frame).ok).toBe(true);
  });
});
