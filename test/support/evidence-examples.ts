/**
 * Makes the examples of LB-PROTO-5 with fresh keys: a pack, the same without documents, the parties' thumbprints, and the section
 * between the markers of the document. `npm run build && node dist/test/support/evidence-examples.js`;
 * libs/trust/src/evidence-examples.spec.ts verifies both.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeEvidence } from '#trust';
import { evidenceWorld } from './evidence-world.ts';

const FOLDER = 'test/fixtures/protocol/evidence';
const DOCUMENT = 'docs/protocols/LB-PROTO-5-evidence.md';
const MARKERS = ['<!-- examples: made by test/support/evidence-examples.ts -->', '<!-- end of examples -->'] as const;

const world = evidenceWorld();
const pack = world.pack();
const purged = { ...pack, messages: pack.messages.map((message) => ({ ...message, parts: [] })) };
const files: Record<string, Buffer> = {
  'case.zip': writeEvidence(pack),
  'case-without-documents.zip': writeEvidence(purged),
  'parties.json': Buffer.from(`${JSON.stringify(world.anchors, undefined, 2)}\n`),
  'translation.jws': world.translation,
};
mkdirSync(FOLDER, { recursive: true });
for (const [name, bytes] of Object.entries(files)) writeFileSync(`${FOLDER}/${name}`, bytes);

const statement = world.translation.toString();
const [header, payload] = statement.split('.').map((segment) => Buffer.from(segment, 'base64url').toString());
const section = [
  `Files in \`${FOLDER}\`: a pack (\`case.zip\`), the same after a purge (\`case-without-documents.zip\`), and the thumbprints to judge them`,
  'by (`parties.json`). Try `landbridge verify case.zip --trust parties.json`, change an octet, and try again.',
  '',
  '### Statement of translation',
  '',
  'Protected header and payload, then the JWS:',
  '',
  `\`\`\`text\n${header}\n${payload}\n\`\`\``,
  '',
  `\`\`\`text\n${statement}\n\`\`\``,
  '',
  '### parties.json',
  '',
  `\`\`\`json\n${files['parties.json']!.toString().trim()}\n\`\`\``,
].join('\n');
const [before, rest] = readFileSync(DOCUMENT, 'utf8').split(MARKERS[0]) as [string, string];
writeFileSync(DOCUMENT, `${before}${MARKERS[0]}\n\n${section}\n\n${MARKERS[1]}${rest.split(MARKERS[1])[1]}`);
