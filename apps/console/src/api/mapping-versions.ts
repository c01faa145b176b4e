/** Versions of partners' mappings: the answers of /api/mapping-versions. */
export type MappingAct = 'corpus' | 'shadow' | 'submit' | 'approve' | 'refuse' | 'rollback';
export type MappingVerdict = 'same' | 'differs' | 'broken' | 'mended' | 'failing';

export interface MappingDifference {
  readonly kind: 'changed' | 'added' | 'removed' | 'moved' | 'output' | 'error';
  readonly place: string;
  readonly code?: string;
  readonly count: number;
  readonly example: string;
}

interface Tried {
  readonly looked: number;
  readonly verdicts: Readonly<Record<MappingVerdict, number>>;
  readonly differences: readonly MappingDifference[];
}

export interface Corpus extends Tried {
  readonly at: string;
  readonly origins: Readonly<Record<'fixture' | 'sample' | 'message', number>>;
  readonly broken: readonly string[];
  readonly failing: readonly string[];
}

export interface Shadow extends Tried {
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly most: number;
  readonly skipped: number;
}

export interface MappingVersionLine {
  readonly id: string;
  readonly mapping: string;
  readonly number: number;
  readonly state: 'draft' | 'submitted' | 'live' | 'retired' | 'refused' | 'rolled-back';
  readonly base: string;
  readonly links: readonly string[];
  readonly reason: string;
  readonly author: { readonly name: string };
  readonly approver?: { readonly name: string };
  readonly decision?: string;
  readonly digest: string;
  readonly mappingDigest: string;
  readonly at: string;
  readonly corpus?: Corpus;
  readonly shadow?: Shadow;
}

export interface MappingVersion extends MappingVersionLine {
  readonly text: string;
  readonly codelists: readonly { readonly path: string; readonly text: string }[];
  readonly action: string;
}

export interface OneMappingVersion {
  readonly version: MappingVersion;
  readonly may: readonly MappingAct[];
}

export const versionPath = (id: string): string => `/mapping-versions?id=${encodeURIComponent(id)}`;
