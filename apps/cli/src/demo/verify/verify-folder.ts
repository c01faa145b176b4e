import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compactVerify, importJWK, type JWK } from 'jose';
import { readJournal } from '../stage/journal-line.ts';
import { digestOf, readLbm } from './lbm-file.ts';

/** What an outsider with nothing but the folder and the public keys can say. */
export interface Verification {
  readonly messages: number;
  readonly receipts: number;
  /** Signatures made without the private key, found to be false as they must. */
  readonly forgeriesExposed: number;
  /** Links whose numbered chain of messages has no gap. */
  readonly chains: number;
  readonly faults: readonly string[];
}

interface ManifestText {
  readonly messageId: string;
  readonly from: { readonly party: string };
  readonly to: { readonly party: string };
  readonly link: { readonly sequence: number; readonly previous?: string };
  readonly parts: readonly { readonly name: string; readonly digest: string; readonly byteLength: number }[];
  readonly translatedFrom?: { readonly sender: string; readonly messageId: string; readonly manifestDigest: string };
}
interface ReceiptText {
  readonly issuer: string;
  readonly about: { readonly messageId: string; readonly jwsDigest: string; readonly manifestDigest: string };
}
interface Sealed {
  readonly manifest: ManifestText;
  readonly jwsDigest: string;
  readonly manifestDigest: string;
}

/**
 * Goes through everything the parties kept and checks each signature with `jose` and each digest by hand; the gateway's own
 * code is not asked. Receipts must speak of the exact octets that the other end kept, translations of the exact message they
 * were made from, and the messages of a link must form an unbroken chain.
 */
export async function verifyFolder(folder: string, parties: readonly string[], gateway: string): Promise<Verification> {
  const verifier = new Verifier(await readKeys(join(folder, 'keys')), gateway);
  for (const party of parties) await verifier.readMessages(join(folder, party), party);
  for (const party of parties) await verifier.readReceipts(join(folder, party), party);
  return verifier.conclude();
}

type Keys = ReadonlyMap<string, { readonly party: string; readonly jwk: JWK; readonly alg: string }>;

export async function readKeys(folder: string): Promise<Keys> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.keys.json'));
  const documents = await Promise.all(
    names.map(
      async (name) =>
        JSON.parse(await readFile(join(folder, name), 'utf8')) as { party: string; keys: (JWK & { kid: string; alg: string })[] },
    ),
  );
  return new Map(documents.flatMap(({ party, keys }) => keys.map((jwk) => [jwk.kid, { party, jwk, alg: jwk.alg }] as const)));
}

class Verifier {
  /** By sender and id, as the sender kept it; a message of the gateway as its receiver kept it. */
  readonly #sealed = new Map<string, Sealed>();
  readonly #chains = new Map<string, Sealed[]>();
  readonly #faults: string[] = [];
  #messages = 0;
  #receipts = 0;
  #forgeriesExposed = 0;

  constructor(
    private readonly keys: Keys,
    private readonly gateway: string,
  ) {}

  async readMessages(folder: string, party: string): Promise<void> {
    for (const line of await readJournal(folder)) {
      if (line.event === 'offered' && line.kind === 'message')
        await this.#message(folder, line.file, party, this.gateway, line.forged ?? false);
      if (line.event === 'delivered' && !line.repeated) await this.#message(folder, line.file, this.gateway, party, false);
    }
  }

  async #message(folder: string, file: string, from: string, to: string, forged: boolean): Promise<void> {
    const { jws, parts } = readLbm(await readFile(join(folder, file)));
    const payload = await this.#payload(jws, from);
    if (forged) {
      if (payload) this.#fault(folder, file, 'a forged signature verifies');
      else this.#forgeriesExposed += 1;
      return;
    }
    if (!payload) return this.#fault(folder, file, 'the signature is false');
    const manifest = JSON.parse(Buffer.from(payload).toString('utf8')) as ManifestText;
    const listed = manifest.parts.map(({ name, digest, byteLength }) => `${name} ${digest} ${byteLength}`).join('\n');
    const present = parts.map(({ name, bytes }) => `${name} ${digestOf(bytes)} ${bytes.length}`).join('\n');
    if (listed !== present) this.#fault(folder, file, 'the document is not the one that was signed');
    if (manifest.from.party !== from || manifest.to.party !== to) this.#fault(folder, file, 'it is between other parties');
    const sealed = { manifest, jwsDigest: digestOf(jws), manifestDigest: digestOf(payload) };
    // The gateway's ids are unique over all links, so the receiver is part of the name there.
    this.#sealed.set(nameOf(from, to, manifest.messageId), sealed);
    const chain = `${from} → ${to}`;
    this.#chains.set(chain, [...(this.#chains.get(chain) ?? []), sealed]);
    this.#messages += 1;
  }

  async readReceipts(folder: string, party: string): Promise<void> {
    for (const line of await readJournal(folder)) {
      if (line.event === 'offered' && line.kind === 'receipt') await this.#receipt(folder, line.file, party, this.gateway);
      if (line.event === 'receipted') await this.#receipt(folder, line.file, this.gateway, party);
    }
  }

  async #receipt(folder: string, file: string, issuer: string, sender: string): Promise<void> {
    const payload = await this.#payload((await readFile(join(folder, file))).toString('latin1'), issuer);
    if (!payload) return this.#fault(folder, file, 'the signature of the receipt is false');
    const { about, issuer: named } = JSON.parse(Buffer.from(payload).toString('utf8')) as ReceiptText;
    const sealed = this.#sealed.get(nameOf(sender, issuer, about.messageId));
    if (named !== issuer || sealed?.jwsDigest !== about.jwsDigest || sealed.manifestDigest !== about.manifestDigest) {
      this.#fault(folder, file, 'the receipt does not speak of the octets that were sent');
    }
    this.#receipts += 1;
  }

  conclude(): Verification {
    for (const [name, chain] of this.#chains) this.#chain(name, chain);
    for (const { manifest } of this.#sealed.values()) this.#translation(manifest);
    return {
      messages: this.#messages,
      receipts: this.#receipts,
      forgeriesExposed: this.#forgeriesExposed,
      chains: this.#chains.size,
      faults: this.#faults,
    };
  }

  #chain(name: string, chain: readonly Sealed[]): void {
    const sorted = [...chain].sort((a, b) => a.manifest.link.sequence - b.manifest.link.sequence);
    sorted.forEach(({ manifest: { link } }, index) => {
      const before = sorted[index - 1]?.manifestDigest;
      if (link.sequence !== index + 1 || link.previous !== before) this.#faults.push(`${name}: the chain is broken at number ${index + 1}`);
    });
  }

  #translation({ messageId, translatedFrom }: ManifestText): void {
    if (!translatedFrom) return;
    const source = this.#sealed.get(nameOf(translatedFrom.sender, this.gateway, translatedFrom.messageId));
    if (source?.manifestDigest !== translatedFrom.manifestDigest)
      this.#faults.push(`${messageId}: it was not made from the message it names`);
  }

  /** The signed octets, if the signature is that of the party by one of its published keys. */
  async #payload(jws: string, party: string): Promise<Uint8Array | undefined> {
    try {
      const { kid } = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString('utf8')) as { kid: string };
      const key = this.keys.get(kid);
      if (key?.party !== party) return undefined;
      const { payload } = await compactVerify(jws, await importJWK(key.jwk, key.alg), { algorithms: [key.alg] });
      return payload;
    } catch {
      return undefined;
    }
  }

  #fault(folder: string, file: string, what: string): void {
    this.#faults.push(`${join(folder, file)}: ${what}`);
  }
}

const nameOf = (from: string, to: string, messageId: string): string => `${from} ${to} ${messageId}`;
