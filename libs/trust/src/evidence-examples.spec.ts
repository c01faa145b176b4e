/** The examples of LB-PROTO-5 are judged as a third party would: from the files and the thumbprints alone. */
import { readFileSync } from 'node:fs';
import { compactVerify, importJWK } from 'jose';
import { KeyDocument, readCompact, readEvidence, verifyEvidence, writeEvidence, type TrustAnchors } from './index.ts';

const read = (name: string) => readFileSync(`test/fixtures/protocol/evidence/${name}`);
const text = readFileSync('docs/protocols/LB-PROTO-5-evidence.md', 'utf8');
const anchors = JSON.parse(read('parties.json').toString()) as TrustAnchors;

it('the pack is intact, and intact but purged without its documents', () => {
  expect(verifyEvidence(read('case.zip'), anchors)).toMatchObject({ outcome: 'intact', findings: [] });
  expect(verifyEvidence(read('case-without-documents.zip'), anchors).outcome).toBe('purged');
});

it('the pack written again is the file, octet for octet', () => {
  expect(writeEvidence(readEvidence(read('case.zip'))!).equals(read('case.zip'))).toBe(true);
});

it('the statement is printed in full, is the one in the pack, and jose verifies it with the key of the gateway', async () => {
  const jws = read('translation.jws');
  const pack = readEvidence(read('case.zip'))!;
  expect(pack.messages[0]!.translation!.equals(jws)).toBe(true);
  const keys = readCompact(pack.keys.find(({ party }) => party === 'LBG')!.bytes, 1 << 20);
  const document = KeyDocument.parse(JSON.parse(keys.ok ? keys.payload.toString() : ''));
  const { payload } = await compactVerify(jws, await importJWK(document.keys[0]!, 'ES256'));
  for (const printed of [jws.toString(), Buffer.from(payload).toString(), anchors['KEG']![0]!]) expect(text).toContain(printed);
});
