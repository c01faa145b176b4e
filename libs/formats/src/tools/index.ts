/** Tools on mappings and documents for people: documentation, proofs on generated documents. Not on the gateway's own way. */
export { loadMappings, type LoadedMappings } from '../mapping/load.ts';
export { examineLossless, type LosslessFinding, type LosslessRun } from '../mapping/testing/lossless.ts';
export type { CompiledMapping } from '../mapping/rules.ts';
export { anonymiseMessage, Disguise, type Anonymised, type AnonymiseOptions } from './anonymise.ts';
export { importCodeList, readCodeRows, type CodeListChange, type CodeListVersion, type CodeRow } from './codelist-import.ts';
export { compareMessages, type Difference, type DifferenceKind, type DifferenceSide } from './diff.ts';
export { describeIndex, describeMapping } from './describe.ts';
export { newOverlay } from './overlay.ts';
export { faultySampleOf, sampleOf, SCRIPTS, type Sample, type Script } from './sample.ts';
export { checkOverlay, withOverlay, type OutputDifference, type OverlayFiles, type SampleCheck } from '../workshop/check.ts';
export { countFindings, judge, type FindingCount, type Judged } from '../workshop/judge.ts';
export type { Proposal, ProposalKind, Standing } from '../workshop/proposal.ts';
export {
  runWorkshop,
  type CodeGap,
  type GroupReport,
  type SampleReport,
  type WorkshopOptions,
  type WorkshopReport,
  type WorkshopSample,
} from '../workshop/workshop.ts';
