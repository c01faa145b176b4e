/**
 * Makes the example artefacts of LB-PROTO-1 with fresh keys: files under test/fixtures/protocol and the section between the
 * markers of the protocol document. Run after a change of the wire format:
 * `npm run build && node dist/test/support/protocol-examples.js`. libs/trust/src/protocol-examples.spec.ts verifies both.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  directoryKey,
  generateKey,
  KeyDirectory,
  LocalSigner,
  PROFILE,
  openQuery,
  sealAnswer,
  sealMessage,
  sealQuery,
  sealReceipt,
  sha256,
  signKeyDocument,
  signMailboxToken,
  type KeyDocument,
  type ManifestFields,
  type Part,
  type ReceiptFields,
} from '#trust';

const FOLDER = 'test/fixtures/protocol';
const DOCUMENT = 'docs/protocols/LB-PROTO-1-signed-exchange.md';
const MARKERS = ['<!-- examples: made by test/support/protocol-examples.ts -->', '<!-- end of examples -->'] as const;

const at = new Date('2026-03-14T09:15:00.000Z');
const after = (seconds: number) => new Date(at.getTime() + seconds * 1000);
const lsw = new LocalSigner(generateKey('ES256'));
const keg = new LocalSigner(generateKey('Ed25519'));

const keyDocument = (party: string, signer: LocalSigner): KeyDocument => ({
  profile: PROFILE,
  party,
  version: 1,
  issued: at.toISOString(),
  keys: [directoryKey(signer.jwk, { from: new Date('2026-01-01T00:00:00.000Z') })],
});

const fields: ManifestFields = {
  messageId: '019cebaf-8aa0-7c3e-9d42-5b1f0a6e7c01',
  conversationId: '019cebaf-8aa0-7c3e-9d42-5b1f0a6e7c00',
  from: { party: 'LSW' },
  to: { party: 'KEG', endpoint: 'altynkol' },
  messageType: { type: 'rail/IFTMIN', version: 'D.97A OSJD' },
  created: at.toISOString(),
  notAfter: after(72 * 3600).toISOString(),
  priority: 'B',
  test: true,
  link: { sequence: 1 },
  businessKeys: [{ type: 'note', value: '36900001' }],
};
const part: Part = {
  name: 'document',
  mediaType: 'application/edifact',
  charset: 'UTF-8',
  bytes: Buffer.from("UNA:+.? 'UNB+UNOY:3+LSW+KEG+260314:0915+1'UNH+1+IFTMIN:D:97A:UN'BGM+722+36900001+9'UNT+3+1'UNZ+1+1'"),
};

const message = sealMessage(fields, [part], lsw, at);
const translated = sealMessage(
  {
    ...fields,
    messageId: '019cebaf-9e28-7c3e-9d42-5b1f0a6e7c02',
    link: { sequence: 2, previous: message.manifestDigest },
    translatedFrom: {
      sender: 'HRG',
      messageId: '019cebaf-8000-7c3e-9d42-5b1f0a6e7bff',
      manifestDigest: sha256(Buffer.from('the manifest of the source message')),
      mapping: {
        id: 'rail/IFTMIN',
        version: '1.0.0',
        digest: Buffer.from(sha256(Buffer.from('the mapping file')), 'base64url').toString('hex'),
      },
      referenceDataVersion: '2026-03-01',
    },
  },
  [part],
  lsw,
  after(5),
);
const receipt = (fieldsOf: Omit<ReceiptFields, 'issuedAt'>, seconds: number) =>
  sealReceipt(message, { ...fieldsOf, issuedAt: after(seconds) }, keg);
const missing = {
  code: 'FIELD_MISSING',
  severity: 'error',
  pointer: 'SG7/LOC',
  message: 'A mandatory element is missing.',
  reference: '36900001',
} as const;
const request = { gateway: 'LSW', method: 'GET', path: '/mailbox/KEG?after=0&wait=20' } as const;

const about = { messageId: fields.messageId, manifestDigest: message.manifestDigest };
const query = sealQuery({ queryId: '019cebb2-5200-7c3e-9d42-5b1f0a6e7e01', from: 'LSW', to: 'KEG', about }, lsw, after(180));
const directory = new KeyDirectory();
directory.importTrusted(keyDocument('LSW', lsw));
const asked = openQuery(query.jws, directory, { now: after(181), from: 'LSW', to: 'KEG' });
if (!asked.ok) throw new TypeError(asked.reason);
const stored = receipt({ levels: ['R1', 'R2'], status: 'valid' }, 2);

const jws = {
  'keys-LSW': signKeyDocument(keyDocument('LSW', lsw), lsw, at),
  'message-1': message.jws,
  'message-2-translated': translated.jws,
  'receipt-stored-and-valid': stored.jws,
  'receipt-stored-and-refused': receipt({ levels: ['R1', 'R2'], status: 'refused', issues: [missing] }, 2).jws,
  'receipt-released': receipt({ levels: ['R3'], status: 'released', answer: '019cebb0-0000-7c3e-9d42-5b1f0a6e7d00' }, 3600).jws,
  'query-do-you-have-it': query.jws,
  'answer-yes': sealAnswer(asked, [stored.jws], keg, after(182)),
  'answer-no': sealAnswer(asked, [], keg, after(182)),
  'mailbox-token': Buffer.from(signMailboxToken(request, 'KEG', keg, at)),
};

const examples = {
  now: after(10).toISOString(),
  request,
  directory: [keyDocument('LSW', lsw), keyDocument('KEG', keg)],
  message: {
    messageId: fields.messageId,
    manifestDigest: message.manifestDigest,
    jwsDigest: message.jwsDigest,
    frameDigest: sha256(message.frame),
    partDigest: sha256(part.bytes),
  },
};

function decoded(text: string): string {
  const [header, payload] = text.split('.').map((segment) => Buffer.from(segment, 'base64url').toString());
  return `${header}\n${payload}`;
}

function section(): string {
  const digests = Object.entries(examples.message).map(([name, value]) => `| ${name} | \`${value}\` |`);
  const artefacts = Object.entries(jws).map(([name, octets]) => {
    const text = octets.toString();
    return `### ${name}\n\nProtected header and payload, then the JWS as sent:\n\n\`\`\`text\n${decoded(text)}\n\`\`\`\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
  return [
    `The public keys of both parties stand in \`${FOLDER}/examples.json\`; every artefact below is a file of the same name there. Frame of`,
    `message-1 (\`message-1.lbm\`), in hexadecimal:\n\n\`\`\`text\n${message.frame.toString('hex')}\n\`\`\`\n`,
    `| of message-1 | value |\n| --- | --- |\n${digests.join('\n')}\n`,
    ...artefacts,
  ].join('\n');
}

mkdirSync(FOLDER, { recursive: true });
for (const [name, octets] of Object.entries(jws)) writeFileSync(`${FOLDER}/${name}.jws`, octets);
writeFileSync(`${FOLDER}/message-1.lbm`, message.frame);
writeFileSync(`${FOLDER}/examples.json`, `${JSON.stringify(examples, null, 2)}\n`);
const text = readFileSync(DOCUMENT, 'utf8');
const [before, rest] = text.split(MARKERS[0]) as [string, string];
writeFileSync(DOCUMENT, `${before}${MARKERS[0]}\n\n${section()}\n${MARKERS[1]}${rest.split(MARKERS[1])[1]}`);
