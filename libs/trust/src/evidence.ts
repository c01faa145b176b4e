/**
 * Evidence pack (LB-PROTO-5 §2): everything that proves one message, in one file that a third party verifies without us.
 * This file says what a pack holds and how it is written and read; `evidence-verify.ts` judges it.
 *
 *     pack.json                       what there is, events included
 *     summary/{en,kk,ru,zh}.txt       the same for people, made from the rest of the pack
 *     messages/<n>/manifest.jws       1 is the message in question, then the one it was made of, then those made of it
 *     messages/<n>/parts/<name>       the documents, unless purged or withheld
 *     messages/<n>/translation.jws    how it was made of its source
 *     messages/<n>/log/…              place in the signed message log: leaf, root, timestamp
 *     messages/<n>/receipts/<m>.jws   with their own place in the log under <m>/
 *     keys/<PARTY>-<version>.jws|json key documents, signed or vouched for by the operator, certificates in them
 *
 * The bytes follow from the content alone: same content, same file. Reading writes the pack again and compares, so that a
 * pack has one form and every octet of it counts, summaries and archive fields included.
 */
import { parseStrictJson } from '#model';
import { z } from 'zod';
import {
  EvidenceEvent,
  manifestIn,
  ROLES,
  type EvidenceKeys,
  type EvidenceMessage,
  type EvidencePack,
  type EvidenceProof,
} from './evidence-content.ts';
import { readEvidenceFile, writeEvidenceFile, type FileEntry } from './evidence-file.ts';
import { summaries } from './evidence-summary.ts';
import { Digest, PartName, PartyKey, PROFILE } from './manifest.ts';

/** Any archive tool opens it. */
export const EVIDENCE_MEDIA_TYPE = 'application/zip';

const Proof = z.strictObject({
  index: z.number().int().nonnegative(),
  size: z.number().int().positive(),
  path: z.array(Digest).max(64),
  timestamp: z.boolean(),
});
const Index = z.strictObject({
  profile: z.literal(PROFILE),
  pack: z.literal(1),
  gateway: PartyKey,
  messages: z
    .array(
      z.strictObject({
        role: z.enum(ROLES),
        sender: z.string(),
        messageId: z.string(),
        parts: z.array(z.strictObject({ name: PartName, digest: Digest, content: z.enum(['present', 'absent']) })).max(64),
        translation: z.boolean(),
        log: Proof.optional(),
        receipts: z.array(z.strictObject({ log: Proof.optional() })).max(1000),
        events: z.array(EvidenceEvent).max(10_000),
      }),
    )
    .min(1)
    .max(10_000),
  keys: z
    .array(z.strictObject({ party: PartyKey, version: z.number().int().positive(), form: z.enum(['signed', 'vouched', 'compromised']) }))
    .max(10_000),
});
type Index = z.infer<typeof Index>;

/** Writes a pack. Same content, same bytes; throws TOO_LARGE where it does not fit into one. */
export function writeEvidence(pack: EvidencePack): Buffer {
  const entries: FileEntry[] = [{ name: 'pack.json', bytes: json(indexOf(pack)) }];
  const add = (name: string, bytes: Buffer) => entries.push({ name, bytes });
  for (const [language, text] of Object.entries(summaries(pack))) add(`summary/${language}.txt`, Buffer.from(text));
  pack.messages.forEach((message, at) => {
    const folder = `messages/${at + 1}`;
    add(`${folder}/manifest.jws`, message.jws);
    for (const { name, bytes } of message.parts) add(`${folder}/parts/${name}`, bytes);
    if (message.translation) add(`${folder}/translation.jws`, message.translation);
    addProof(add, `${folder}/log`, message.proof);
    message.receipts.forEach(({ jws, proof }, n) => {
      add(`${folder}/receipts/${n + 1}.jws`, jws);
      addProof(add, `${folder}/receipts/${n + 1}`, proof);
    });
  });
  for (const document of pack.keys) add(keysName(document), document.bytes);
  return writeEvidenceFile(entries);
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`);
const KEY_FORMS = { signed: 'jws', vouched: 'json', compromised: 'compromised.jws' } as const;
const keysName = ({ party, version, form }: Omit<EvidenceKeys, 'bytes'>) => `keys/${party}-${version}.${KEY_FORMS[form]}`;

function addProof(add: (name: string, bytes: Buffer) => void, folder: string, proof: EvidenceProof | undefined): void {
  if (!proof) return;
  add(`${folder}/leaf.bin`, proof.leaf);
  add(`${folder}/root.jws`, proof.root);
  if (proof.timestamp) add(`${folder}/timestamp.tsr`, proof.timestamp);
}

function indexOf({ gateway, messages, keys }: EvidencePack): Index {
  return {
    profile: PROFILE,
    pack: 1,
    gateway,
    messages: messages.map(({ role, jws, parts, translation, proof, receipts, events }) => {
      const manifest = manifestIn(jws)?.manifest;
      const here = new Set(parts.map(({ name }) => name));
      return {
        role,
        sender: manifest?.from.party ?? '',
        messageId: manifest?.messageId ?? '',
        parts: (manifest?.parts ?? []).map(({ name, digest }) => ({ name, digest, content: here.has(name) ? 'present' : 'absent' })),
        translation: translation !== undefined,
        ...(proof && { log: proofOf(proof) }),
        receipts: receipts.map((receipt) => (receipt.proof ? { log: proofOf(receipt.proof) } : {})),
        events: events.map(({ kind, from, to, actor, cause, at }) => ({
          kind,
          ...(from !== undefined && { from }),
          ...(to !== undefined && { to }),
          actor,
          ...(cause !== undefined && { cause }),
          at,
        })),
      };
    }),
    keys: keys.map(({ party, version, form }) => ({ party, version, form })),
  };
}

const proofOf = ({ index, size, path, timestamp }: EvidenceProof): z.infer<typeof Proof> => ({
  index,
  size,
  path: path.map((node) => node.toString('base64url')),
  timestamp: timestamp !== undefined,
});

/** Reads a pack in its one form; undefined for anything else, be it one octet or one blank that differs. Believes nothing yet. */
export function readEvidence(file: Buffer): EvidencePack | undefined {
  const entries = readEvidenceFile(file);
  const [first] = entries ?? [];
  const parsed = first?.name === 'pack.json' ? parseStrictJson(first.bytes, { depth: 8 }) : undefined;
  const index = parsed?.ok ? Index.safeParse(parsed.value).data : undefined;
  if (!entries || !index) return undefined;
  const pack = new Taker(entries).pack(index);
  return pack && writeEvidence(pack).equals(file) ? pack : undefined;
}

/** Takes entries by the names that the index asks for; what is left over shows when the pack is written again. */
class Taker {
  readonly #entries: ReadonlyMap<string, Buffer>;
  #complete = true;

  constructor(entries: readonly FileEntry[]) {
    this.#entries = new Map(entries.map(({ name, bytes }) => [name, bytes]));
  }

  pack({ gateway, messages, keys }: Index): EvidencePack | undefined {
    const pack = {
      gateway,
      messages: messages.map((message, at) => this.#message(message, `messages/${at + 1}`)),
      keys: keys.map((document) => ({ ...document, bytes: this.#take(keysName(document)) })),
    };
    return this.#complete ? pack : undefined;
  }

  #message({ role, parts, translation, log, receipts, events }: Index['messages'][number], folder: string): EvidenceMessage {
    return {
      role,
      jws: this.#take(`${folder}/manifest.jws`),
      parts: parts
        .filter(({ content }) => content === 'present')
        .map(({ name }) => ({ name, bytes: this.#take(`${folder}/parts/${name}`) })),
      ...(translation && { translation: this.#take(`${folder}/translation.jws`) }),
      ...(log && { proof: this.#proof(log, `${folder}/log`) }),
      receipts: receipts.map((receipt, n) => ({
        jws: this.#take(`${folder}/receipts/${n + 1}.jws`),
        ...(receipt.log && { proof: this.#proof(receipt.log, `${folder}/receipts/${n + 1}`) }),
      })),
      events,
    };
  }

  #proof({ index, size, path, timestamp }: z.infer<typeof Proof>, folder: string): EvidenceProof {
    return {
      index,
      size,
      path: path.map((node) => Buffer.from(node, 'base64url')),
      leaf: this.#take(`${folder}/leaf.bin`),
      root: this.#take(`${folder}/root.jws`),
      ...(timestamp && { timestamp: this.#take(`${folder}/timestamp.tsr`) }),
    };
  }

  #take(name: string): Buffer {
    const bytes = this.#entries.get(name);
    if (!bytes) this.#complete = false;
    return bytes ?? Buffer.alloc(0);
  }
}
