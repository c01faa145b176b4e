/**
 * A message of HRG that the gateway LBG turned into one for KEG, with receipts, statement, log and the keys of all three: what an
 * evidence pack is made of. Time stands still; `rotate` puts a new key into service and retires the old one.
 */
import {
  directoryKey,
  encodeLogEntry,
  generateKey,
  inclusionPath,
  leafHash,
  LocalSigner,
  PROFILE,
  sealLogRoot,
  sealMessage,
  sealReceipt,
  sealTranslation,
  sha256,
  signKeyDocument,
  treeRoot,
  type DirectoryKey,
  type EvidenceKeys,
  type EvidencePack,
  type EvidenceProof,
  type KeyDocument,
  type LogEntry,
  type ManifestFields,
  type Part,
  type SealedMessage,
  type SealedReceipt,
} from '#trust';

export const AT = new Date('2026-03-14T09:15:00.000Z');
const FROM = new Date('2026-01-01T00:00:00.000Z');
const seconds = (n: number) => new Date(AT.getTime() + n * 1000);
const MAPPING = (id: string) => ({ id, version: '1.2.0', digest: sha256Hex(id) });
const sha256Hex = (text: string) => Buffer.from(sha256(Buffer.from(text)), 'base64url').toString('hex');

class Holder {
  signer: LocalSigner;
  keys: DirectoryKey[];
  readonly documents: EvidenceKeys[] = [];
  #version = 0;

  constructor(
    readonly party: string,
    private readonly alg: 'ES256' | 'Ed25519',
    vouched: boolean,
  ) {
    this.signer = new LocalSigner(generateKey(alg));
    this.keys = [directoryKey(this.signer.jwk, { from: FROM })];
    this.#publish(FROM, vouched ? undefined : this.signer);
  }

  /** A new key signs from now on; the one before is retired. Its last act is to sign the document that says so. */
  rotate(at: Date): void {
    const old = this.signer;
    this.signer = new LocalSigner(generateKey(this.alg));
    this.keys = [...this.keys.map((key) => ({ ...key, status: 'retired' as const })), directoryKey(this.signer.jwk, { from: at })];
    this.#publish(at, old);
  }

  compromised(kid: string, since: Date, at: Date): void {
    this.keys = this.keys.map((key) => (key.kid === kid ? { ...key, status: 'compromised', compromisedSince: since.toISOString() } : key));
    this.#publish(at, this.signer);
  }

  #publish(at: Date, by: LocalSigner | undefined): void {
    this.#version += 1;
    const document: KeyDocument = {
      profile: PROFILE,
      party: this.party,
      version: this.#version,
      issued: at.toISOString(),
      keys: this.keys,
    };
    const bytes = by ? signKeyDocument(document, by, at) : Buffer.from(JSON.stringify(document));
    this.documents.push({ party: this.party, version: this.#version, form: by ? 'signed' : 'vouched', bytes });
  }
}

export function evidenceWorld() {
  const hrg = new Holder('HRG', 'Ed25519', true);
  const lbg = new Holder('LBG', 'ES256', false);
  const keg = new Holder('KEG', 'Ed25519', true);
  const anchors = { HRG: [hrg.signer.kid], LBG: [lbg.signer.kid], KEG: [keg.signer.kid] };

  const common = {
    conversationId: 'day-at-the-border',
    created: AT.toISOString(),
    notAfter: seconds(72 * 3600).toISOString(),
    priority: 'B',
    test: false,
    link: { sequence: 1 },
    businessKeys: [{ type: 'note', value: '36900001' }],
  } as const;
  const document = (text: string, mediaType: string): Part[] => [
    { name: 'document', mediaType, charset: 'UTF-8', bytes: Buffer.from(text) },
  ];
  const consist = document('<TrainConsist><毛重>66000</毛重></TrainConsist>', 'application/xml');
  const note = document("MEA+WT+G+KGM:66000'FTX+AAA+++Жүк: жабдық'", 'application/edifact');
  const source = sealMessage(
    {
      ...common,
      businessKeys: [...common.businessKeys],
      messageId: '019cebaf-8000-7c3e-9d42-5b1f0a6e7b01',
      from: { party: 'HRG' },
      to: { party: 'LBG' },
      messageType: { type: 'cn-rail/TrainConsist', version: '1.0' },
    },
    consist,
    hrg.signer,
    AT,
  );
  const made: ManifestFields = {
    ...common,
    businessKeys: [...common.businessKeys],
    messageId: '019cebaf-9000-7c3e-9d42-5b1f0a6e7c01',
    from: { party: 'LBG' },
    to: { party: 'KEG' },
    messageType: { type: 'osjd-smgs/IFTMIN', version: '1.2.0' },
    translatedFrom: {
      sender: 'HRG',
      messageId: source.manifest.messageId,
      manifestDigest: source.manifestDigest,
      mapping: MAPPING('osjd-smgs/IFTMIN'),
      referenceDataVersion: '2026-03-01',
    },
  };
  const subject = sealMessage(made, note, lbg.signer, seconds(1));
  const translation = sealTranslation(
    {
      source,
      result: subject,
      readBy: MAPPING('cn-rail/TrainConsist'),
      projection: 'consignmentNotes',
      index: 0,
      writtenBy: MAPPING('osjd-smgs/IFTMIN'),
      referenceDataVersion: '2026-03-01',
    },
    lbg.signer,
    seconds(1),
  );
  const issued = sealReceipt(source, { levels: ['R1', 'R2'], status: 'valid', issuedAt: seconds(1) }, lbg.signer);
  const received = sealReceipt(subject, { levels: ['R1', 'R2'], status: 'valid', issuedAt: seconds(5) }, keg.signer);
  const released = sealReceipt(subject, { levels: ['R3'], status: 'released', issuedAt: seconds(3600) }, keg.signer);
  const proofs = logged([source, subject], [issued, received], lbg.signer);

  /** The pack as it would be gathered now. */
  const pack = (changes: Partial<EvidencePack> = {}): EvidencePack => ({
    gateway: 'LBG',
    messages: [
      {
        role: 'subject',
        jws: subject.jws,
        parts: note.map(({ name, bytes }) => ({ name, bytes })),
        translation,
        proof: proofs[1]!,
        receipts: [{ jws: received.jws, proof: proofs[3]! }, { jws: released.jws }],
        events: [
          { kind: 'state', from: 'ready', to: 'published', actor: 'exchange', at: seconds(2).toISOString() },
          { kind: 'state', from: 'published', to: 'valid', actor: 'exchange', cause: 'R1 R2 valid', at: seconds(5).toISOString() },
        ],
      },
      {
        role: 'source',
        jws: source.jws,
        parts: consist.map(({ name, bytes }) => ({ name, bytes })),
        proof: proofs[0]!,
        receipts: [{ jws: issued.jws, proof: proofs[2]! }],
        events: [],
      },
    ],
    keys: [...hrg.documents, ...keg.documents, ...lbg.documents],
    ...changes,
  });
  return { hrg, lbg, keg, anchors, source, subject, note, consist, translation, received, released, pack, seconds };
}

/** One closed interval of the message log over these, in order. */
function logged(messages: readonly SealedMessage[], receipts: readonly SealedReceipt[], signer: LocalSigner): EvidenceProof[] {
  const at = AT.toISOString();
  const entries: LogEntry[] = [
    ...messages.map(({ manifest, manifestDigest, jwsDigest }, i) => ({
      id: i + 1,
      at,
      link: 'l',
      direction: i === 0 ? ('in' as const) : ('out' as const),
      kind: 'message' as const,
      messageId: manifest.messageId,
      sequence: 1,
      manifestDigest,
      jwsDigest,
    })),
    ...receipts.map(({ receipt, jwsDigest }, i) => ({
      id: messages.length + i + 1,
      at,
      link: 'l',
      direction: 'out' as const,
      kind: 'receipt' as const,
      messageId: receipt.receiptId,
      jwsDigest,
    })),
  ];
  const leaves = entries.map(encodeLogEntry);
  const hashes = leaves.map(leafHash);
  const size = leaves.length;
  const root = sealLogRoot(
    {
      gateway: 'LBG',
      sequence: 1,
      closed: seconds(60).toISOString(),
      entries: { after: 0, last: size, size, tree: treeRoot(hashes).toString('base64url') },
      total: size,
      audit: { count: 0 },
    },
    signer,
  );
  return leaves.map((leaf, index) => ({ leaf, index, size, path: inclusionPath(hashes, index), root }));
}
