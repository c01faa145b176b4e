import type { TraceEntry } from '#formats';

/** One field on its way: where it stood, what it means, where it went. An absent pointer: it came from, or went, nowhere. */
export interface ExplainedField {
  readonly source?: string;
  readonly canonical: string;
  readonly target?: string;
  /** The source's rule, and the target's where it is another. */
  readonly rule: string;
  /** The value as the source wrote it, and as the target writes it. */
  readonly before?: string;
  readonly after?: string;
}

/** `undefined` where that side is canonical JSON: its pointers are the canonical ones, its values unchanged. */
export type Trace = readonly TraceEntry[] | undefined;

/** Joins what decoding read with what encoding wrote by the canonical path; reading order first, then what the target adds. */
export function explain(decoded: Trace, encoded: Trace): ExplainedField[] {
  if (!decoded && !encoded) return [];
  if (!decoded) return encoded!.map((entry) => added(entry, entry.canonicalPointer || undefined));
  if (!encoded) return decoded.map((entry) => ({ ...read(entry), target: entry.canonicalPointer, after: entry.after }));
  const written = byCanonical(encoded);
  const taken = new Set<TraceEntry>();
  const fields = decoded.flatMap((entry): ExplainedField[] => {
    const places = written.get(entry.canonicalPointer) ?? [];
    places.forEach((place) => taken.add(place));
    return places.length === 0 ? [read(entry)] : places.map((place) => joined(entry, place));
  });
  return [...fields, ...encoded.filter((entry) => !taken.has(entry)).map((entry) => added(entry, undefined))];
}

const read = ({ documentPointer, canonicalPointer, rule, before }: TraceEntry): ExplainedField => ({
  source: documentPointer,
  canonical: canonicalPointer,
  rule,
  before,
});

const added = ({ documentPointer, canonicalPointer, rule, before, after }: TraceEntry, source: string | undefined): ExplainedField => ({
  ...(source !== undefined && { source }),
  canonical: canonicalPointer,
  target: documentPointer,
  rule,
  ...(before !== '' && { before }),
  after,
});

const joined = (from: TraceEntry, to: TraceEntry): ExplainedField => ({
  source: from.documentPointer,
  canonical: from.canonicalPointer,
  target: to.documentPointer,
  rule: from.rule === to.rule ? from.rule : `${from.rule} → ${to.rule}`,
  before: from.before,
  after: to.after,
});

function byCanonical(entries: readonly TraceEntry[]): Map<string, TraceEntry[]> {
  const map = new Map<string, TraceEntry[]>();
  for (const entry of entries) {
    if (entry.canonicalPointer === '') continue;
    const list = map.get(entry.canonicalPointer);
    if (list) list.push(entry);
    else map.set(entry.canonicalPointer, [entry]);
  }
  return map;
}
