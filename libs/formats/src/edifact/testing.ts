/** Small helpers of the EDIFACT specs; no fixtures, no I/O. */
import { type EdifactLimits, type Segment } from './segment.ts';
import { SegmentTokenizer } from './tokenizer.ts';

/** All segments of text that comes in the given chunks, and the faults of the text as a whole. */
export function tokenise(chunks: string | readonly string[], limits?: Partial<EdifactLimits>) {
  const tokenizer = new SegmentTokenizer(limits);
  const segments: Segment[] = [];
  for (const chunk of typeof chunks === 'string' ? [chunks] : chunks) segments.push(...tokenizer.push(chunk));
  segments.push(...tokenizer.end());
  return { segments, problems: tokenizer.problems.map(({ code }) => code), characters: tokenizer.characters };
}

/** A message structure that uses every feature: nested groups, a repeated tag on two levels, mandatory places. */
export const SMALL_DIRECTORY = `
message: TESTER
identifiers: ['D:97A:UN']
source: made for the tests
structure:
  - UNH M 1
  - BGM M 1
  - DTM C 2
  - DOC C 2
  - SG1 C 3: [RFF M 1, DTM C 1]
  - SG2 M 2:
      - NAD M 1
      - LOC C 9
      - SG3 C 2: [CTA M 1, COM M 2]
      - SG4 C 1: [DOC M 1]
  - CNT C 1
`;
