/**
 * Makes the example artefacts of LB-PROTO-6 with fresh keys: files under test/fixtures/protocol/rotation and the section between the
 * markers of the protocol document. Run after a change of the formats: `npm run build && node dist/test/support/rotation-examples.js`.
 * libs/trust/src/rotation-examples.spec.ts verifies both.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  directoryKey,
  generateKey,
  KeyDirectory,
  LocalSigner,
  nextKeyDocument,
  PROFILE,
  sealMessage,
  signKeyDocument,
  signKeyStatement,
  type KeyChange,
  type KeyDocument,
} from '#trust';

const FOLDER = 'test/fixtures/protocol/rotation';
const DOCUMENT = 'docs/protocols/LB-PROTO-6-key-rotation.md';
const MARKERS = ['<!-- examples: made by test/support/rotation-examples.ts -->', '<!-- end of examples -->'] as const;

const start = Date.parse('2026-03-14T09:00:00.000Z');
const minute = (n: number) => new Date(start + n * 60_000);
const from = new Date('2026-01-01T00:00:00.000Z');
const [older, newer, partner] = [generateKey('ES256'), generateKey('ES256'), generateKey('Ed25519')].map((key) => new LocalSigner(key)) as [
  LocalSigner,
  LocalSigner,
  LocalSigner,
];

const first: KeyDocument = {
  profile: PROFILE,
  party: 'LSW',
  version: 1,
  issued: from.toISOString(),
  keys: [directoryKey(older.jwk, { from })],
};
const partners: KeyDocument = { ...first, party: 'KEG', keys: [directoryKey(partner.jwk, { from })] };
/** The partner's view, which follows every update. */
const directory = new KeyDirectory();
directory.importTrusted(first);
directory.importTrusted(partners);

let latest = first;
const update = (changes: readonly KeyChange[], signer: LocalSigner, n: number): Buffer => {
  const version = latest.version + 1;
  for (const change of changes) latest = nextKeyDocument('LSW', latest, change, minute(n));
  latest = { ...latest, version };
  const jws = signKeyDocument(latest, signer, minute(n));
  const taken = directory.importSigned(jws, minute(n));
  if (!taken.ok) throw new TypeError(taken.reason);
  return jws;
};
const say = (by: LocalSigner, parties: Parameters<typeof signKeyStatement>[0], n: number): Buffer =>
  signKeyStatement(parties, directory, by, minute(n)).jws;
const toUs = { from: 'KEG', to: 'LSW' };
const nonce = 'wT1kC0v4cV3m8xq2n5b7zQ';
const message = (signer: LocalSigner, sequence: number, previous: string | undefined, n: number) =>
  sealMessage(
    {
      messageId: `019cebaf-8aa0-7c3e-9d42-5b1f0a6e7d0${sequence}`,
      conversationId: '019cebaf-8aa0-7c3e-9d42-5b1f0a6e7d00',
      from: { party: 'LSW' },
      to: { party: 'KEG' },
      messageType: { type: 'rail/IFTMIN', version: 'D.97A OSJD' },
      created: minute(n).toISOString(),
      notAfter: minute(n + 4320).toISOString(),
      priority: 'B',
      test: true,
      link: previous === undefined ? { sequence } : { sequence, previous },
      businessKeys: [{ type: 'note', value: `3690000${sequence}` }],
    },
    [{ name: 'document', mediaType: 'text/plain', charset: 'UTF-8', bytes: Buffer.from(`накладная ${sequence} 运单 жүкқұжат`) }],
    signer,
    minute(n),
  );

const publish = update(
  [
    { change: 'add', key: directoryKey(newer.jwk, { from: minute(0), status: 'pending' }) },
    { change: 'publish', kid: newer.kid },
  ],
  older,
  0,
);
const accepted = say(partner, toUs, 1);
const question = say(newer, { from: 'LSW', to: 'KEG', ask: nonce }, 2);
const answer = say(partner, { ...toUs, answer: nonce }, 3);
const lastUnderOld = message(older, 1, undefined, 4);
const activate = update([{ change: 'activate', kid: newer.kid }], older, 5);
const firstUnderNew = message(newer, 2, lastUnderOld.manifestDigest, 6);
const drops = signKeyDocument({ ...latest, version: 4, keys: latest.keys.filter(({ kid }) => kid === newer.kid) }, newer, minute(7));
const retire = update([{ change: 'retire', kid: older.kid }], newer, 60);
const revives = signKeyDocument(
  { ...latest, version: 5, keys: latest.keys.map((key) => (key.kid === older.kid ? { ...key, status: 'active' as const } : key)) },
  newer,
  minute(61),
);
const byRetired = signKeyDocument({ ...latest, version: 5 }, older, minute(61));

const steps = [
  [
    '1-publish',
    0,
    publish,
    'Version 2, signed with the key in use: it lists the next key as `published`. KEG verifies with both from now on.',
  ],
  ['2-accepted', 1, accepted, 'KEG stored version 2 and says so: it `accepts` both keys.'],
  ['3-question', 2, question, 'LSW signs with the **next** key and asks: proof that it holds the private half.'],
  ['4-answer', 3, answer, 'KEG gives the nonce back: proof that it verifies with the next key.'],
  ['5-message-under-the-old-key', 4, lastUnderOld.jws, 'Nothing on its way is disturbed.'],
  [
    '6-activate',
    5,
    activate,
    'Version 3: the next key is `active`, the one before `retiring`, in one step. Still signed with the old one, which is good.',
  ],
  ['7-message-under-the-new-key', 6, firstUnderNew.jws, 'The chain of manifests goes on over the change of keys.'],
  [
    '8-retire',
    60,
    retire,
    'Version 4, signed with the new key, after everything signed with the old one was receipted: the old key is evidence only.',
  ],
] as const;
const refused = [
  ['refused-drops-a-key', 7, drops, 'DIRECTORY_KEY_LOST', 'Version 4 without the old key: evidence signed with it would lose its key.'],
  ['refused-revives-a-key', 61, revives, 'DIRECTORY_KEY_LOST', 'Version 5 that takes the retired key back into use.'],
  ['refused-signed-with-the-retired-key', 61, byRetired, 'KEY_RETIRED', 'Version 5, signed with the key just retired.'],
] as const;

const at = (n: number): string => minute(n).toISOString();
const examples = {
  nonce,
  first: [first, partners],
  steps: steps.map(([name, n]) => ({ name, at: at(n) })),
  refused: refused.map(([name, n, , reason]) => ({ name, at: at(n), reason })),
  frames: {
    '5-message-under-the-old-key': lastUnderOld.frame.toString('base64'),
    '7-message-under-the-new-key': firstUnderNew.frame.toString('base64'),
  },
};

function printed(name: string, n: number, jws: Buffer, says: string): string {
  const [header, payload] = jws
    .toString()
    .split('.')
    .map((segment) => Buffer.from(segment, 'base64url').toString());
  return `### ${name}\n\n${at(n)}. ${says}\n\n\`\`\`text\n${header}\n${payload}\n\`\`\`\n\n\`\`\`text\n${jws.toString()}\n\`\`\`\n`;
}
const section = [
  `The first documents of both parties stand in \`${FOLDER}/examples.json\`, every JWS in a file of its name there.\n`,
  ...steps.map(([name, n, jws, says]) => printed(name, n, jws, says)),
  '## 4. Refused\n\nTruly signed, and not taken in: the directory stays as it was.\n',
  ...refused.map(([name, n, jws, reason, says]) => printed(name, n, jws, `${says} Refused: \`${reason}\`.`)),
].join('\n');

mkdirSync(FOLDER, { recursive: true });
for (const [name, , jws] of [...steps, ...refused]) writeFileSync(`${FOLDER}/${name}.jws`, jws);
writeFileSync(`${FOLDER}/examples.json`, `${JSON.stringify(examples, null, 2)}\n`);
const text = readFileSync(DOCUMENT, 'utf8');
const [before, rest] = text.split(MARKERS[0]) as [string, string];
writeFileSync(DOCUMENT, `${before}${MARKERS[0]}\n\n${section}\n${MARKERS[1]}${rest.split(MARKERS[1])[1]}`);
