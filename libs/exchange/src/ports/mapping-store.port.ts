import type { TextFile } from '#formats';
import type { Scope } from '../access/scope.ts';
import type { CorpusResult } from '../mappings/corpus.ts';
import type { ShadowResult } from '../mappings/shadow.ts';

export const MAPPING_VERSION_STATES = ['draft', 'submitted', 'live', 'retired', 'refused', 'rolled-back'] as const;
export type MappingVersionState = (typeof MAPPING_VERSION_STATES)[number];

/** One version of a partner's mapping: its text never changes. */
export interface MappingVersion {
  readonly id: string;
  /** Id of the mapping, `keg/MT3101`. */
  readonly mapping: string;
  /** Counts the versions of this mapping from 1; messages name it `v3`. */
  readonly number: number;
  readonly state: MappingVersionState;
  /** The installed mapping that it extends, and that it stands for on its links. */
  readonly base: string;
  readonly text: string;
  readonly codelists: readonly TextFile[];
  readonly links: readonly string[];
  readonly author: { readonly id: string; readonly name: string };
  readonly reason: string;
  /** SHA-256 (hex) of the compiled mapping, as messages name it. */
  readonly mappingDigest: string;
  /** SHA-256 (base64url) of `action`: what an approval binds to. */
  readonly digest: string;
  readonly action: Buffer;
  readonly at: Date;
  readonly approver?: { readonly id: string; readonly name: string };
  readonly decision?: string;
  readonly decidedAt?: Date;
  readonly corpus?: CorpusResult;
  readonly shadow?: ShadowResult;
}

export type NewMappingVersion = Pick<
  MappingVersion,
  'id' | 'mapping' | 'number' | 'base' | 'text' | 'codelists' | 'links' | 'author' | 'reason' | 'mappingDigest' | 'digest' | 'action' | 'at'
> & {
  /** Of the author: the same token gives the same version. */
  readonly request: string;
  readonly samples: readonly MappingSample[];
};

/** A document of the partner that every later version of the mapping is tried on. */
export interface MappingSample {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What stands for a base on a link. */
export interface MappingAssignment {
  readonly link: string;
  readonly base: string;
  readonly mapping: string;
  readonly version: string;
  readonly text: string;
  readonly codelists: readonly TextFile[];
}

/** A message as it was received. */
export interface ReceivedMessage {
  readonly sender: string;
  readonly messageId: string;
  readonly link: string;
  readonly frame: Buffer;
  readonly at: Date;
}

export type MappingMove =
  | { readonly to: 'submitted' | 'refused' }
  /** Puts it in place on its links, and keeps what was there for one step back. */
  | { readonly to: 'live' }
  /** Puts what was there before back on every link that has it. */
  | { readonly to: 'rolled-back' };

/** Versions of mappings. Every method may reject with STORE_UNAVAILABLE. */
export abstract class MappingStore {
  /** The number the next version of this mapping has. */
  abstract nextNumber(mapping: string): Promise<number>;
  /** Keeps a draft and its samples; one with the same token resolves to the id it had. Rejects with REQUEST_TAKEN when the number is taken. */
  abstract draft(version: NewMappingVersion): Promise<string>;
  abstract requested(authorId: string, request: string): Promise<string | undefined>;
  /** Within the scope: every link of it is. */
  abstract find(scope: Scope, id: string): Promise<MappingVersion | undefined>;
  /** Newest first. */
  abstract list(
    scope: Scope,
    filter: { readonly mapping?: string; readonly state?: MappingVersionState; readonly before?: Date; readonly limit: number },
  ): Promise<readonly MappingVersion[]>;
  /** Of every version of the mapping, at most 200; of two with one name the newest. */
  abstract samples(mapping: string): Promise<readonly MappingSample[]>;
  /** Received on these links and read by one of these mappings, newest first; documents that were purged are left out. */
  abstract recent(links: readonly string[], mappings: readonly string[], limit: number): Promise<readonly ReceivedMessage[]>;
  abstract putCorpus(id: string, result: CorpusResult): Promise<void>;
  /** One transaction, while it is in one of the states; false: it is not. */
  abstract move(
    id: string,
    from: readonly MappingVersionState[],
    move: MappingMove,
    by: { readonly id: string; readonly name: string; readonly decision: string; readonly at: Date },
  ): Promise<boolean>;
  /** What stands on the links now. */
  abstract assignments(): Promise<readonly MappingAssignment[]>;
  /** Ids of the versions in place, cheap enough to ask each second. */
  abstract generation(): Promise<string>;
  /** Begins, or ends with `undefined`, the comparison of a version with live traffic. */
  abstract putShadow(id: string, result: ShadowResult | undefined): Promise<void>;
  /** Shadow runs that nobody looks after at the moment: this process does until `until`. */
  abstract takeShadows(now: Date, until: Date): Promise<readonly MappingVersion[]>;
  /** Received on these links after a time, oldest first; a message of the very same time is not missed where `after` names it. */
  abstract receivedAfter(
    links: readonly string[],
    after: { readonly at: Date; readonly messageId: string },
    limit: number,
  ): Promise<readonly ReceivedMessage[]>;
}
