import { compareReading, tallied, type CompareOptions, type Comparison, type DifferenceCount } from './compare.ts';
import type { Link } from '#model';

export interface CorpusDocument {
  readonly name: string;
  /** `fixture`: kept with the installation, of whatever format; `sample`: the partner's; `message`: received lately. */
  readonly origin: 'fixture' | 'sample' | 'message';
  readonly bytes: Buffer;
}

/** How a version fared on documents that are known. */
export interface CorpusResult {
  readonly at: string;
  readonly looked: number;
  readonly origins: Readonly<Record<CorpusDocument['origin'], number>>;
  readonly verdicts: Readonly<Record<Comparison, number>>;
  /** Documents that passed and do not any more, at most 50. */
  readonly broken: readonly string[];
  /** Documents that do not pass by either, at most 50. */
  readonly failing: readonly string[];
  readonly differences: readonly DifferenceCount[];
}

const MOST_NAMES = 50;

/** One document after the other; between them whatever else the process has to do. */
export async function runCorpus(
  documents: readonly CorpusDocument[],
  link: Link,
  options: CompareOptions,
  at: Date,
): Promise<CorpusResult> {
  const verdicts = { same: 0, differs: 0, broken: 0, mended: 0, failing: 0 };
  const origins = { fixture: 0, sample: 0, message: 0 };
  const names: { broken: string[]; failing: string[] } = { broken: [], failing: [] };
  let differences: DifferenceCount[] = [];
  for (const { name, origin, bytes } of documents) {
    await new Promise((resolve) => setImmediate(resolve));
    const compared = compareReading(bytes, link, options);
    verdicts[compared.verdict]++;
    origins[origin]++;
    differences = tallied(differences, compared, name);
    const listed = compared.verdict === 'broken' || compared.verdict === 'failing' ? names[compared.verdict] : undefined;
    // A fixture that no route is for fails by both: that says nothing.
    if (listed && listed.length < MOST_NAMES && (origin !== 'fixture' || compared.verdict === 'broken')) listed.push(name);
  }
  return { at: at.toISOString(), looked: documents.length, origins, verdicts, ...names, differences };
}
