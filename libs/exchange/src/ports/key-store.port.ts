import type { AnySigner, Signer } from '#trust';

/** One step of the key directory, kept for ever: a signed key document, or the operator's signed word about a compromised key. */
export interface KeyEntry {
  readonly party: string;
  /** Of the document; 0 for a word about a compromised key. */
  readonly version: number;
  /** `lb-keys+jws` or `lb-keys-compromised+jws`, exactly as taken in. */
  readonly jws: Buffer;
  /** Whose doing it was: our own key, the partner's signed update, or the operator who vouched. */
  readonly origin: 'own' | 'partner' | 'operator';
  readonly actor: string;
  readonly reason?: string;
  readonly at: Date;
}

/** What passed between us and a partner about keys. */
export interface KeyContact {
  readonly link: string;
  /** `asked`: we sent a question signed with `kid`. `heard`: the partner said something, signed with its `partnerKid`. */
  readonly event: 'asked' | 'heard';
  readonly kid?: string;
  readonly partnerKid?: string;
  /** Our keys that the partner says it verifies with. */
  readonly accepts: readonly string[];
  /** The question asked, or the one answered. */
  readonly nonce?: string;
  /** Of what was heard: the software that answered as it calls itself, and when it says it was signed. */
  readonly software?: string;
  readonly saidAt?: Date;
  readonly at: Date;
}

/** How many messages of a link, in one state, carry a signature of a key. */
export interface KeyDependants {
  readonly link: string;
  readonly direction: 'in' | 'out';
  readonly kind: string;
  readonly state: string;
  readonly count: number;
}

/**
 * The key directory on durable, append-only storage (test/contract/key-store.contract.ts). Contract:
 * - `append` resolves true when the entry is durable, false when the party has a document of this version already.
 * - `since` gives entries in the order in which they were appended, with a position to go on from; entries that become
 *   visible later never have a position before one that was given out.
 * - `onChange` calls back soon after any process appended; polling `since` stays the safety net.
 */
export abstract class KeyStore {
  abstract append(entry: KeyEntry): Promise<boolean>;
  abstract since(position: string | undefined): Promise<readonly (KeyEntry & { readonly position: string })[]>;
  abstract onChange(listener: () => void): void;
  abstract recordContact(contact: KeyContact): Promise<void>;
  /** Newest first. */
  abstract contacts(limit: number): Promise<readonly KeyContact[]>;
  abstract dependants(kid: string): Promise<readonly KeyDependants[]>;
  abstract close(): Promise<void>;
}

/** Private keys of ours; what comes out can sign and never shows the key. */
export abstract class PrivateKeys {
  /** Makes a key pair and keeps the private half. */
  abstract make(alg: Signer['alg']): Promise<Signer & { readonly jwk: unknown }>;
  /** The signer of a key, when its private half is here or in a module that signs for us. */
  abstract signer(kid: string): Promise<AnySigner | undefined>;
}
