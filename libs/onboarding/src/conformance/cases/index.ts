import type { ConformanceCase } from '../case.ts';
import { FLOW_CASES } from './flow.ts';
import { formatCases, type FormatOptions } from './formats.ts';
import { LOAD_CASES } from './load.ts';
import { QUESTION_CASES } from './questions.ts';
import { RECEIPT_CASES } from './receipts.ts';
import { ROTATION_CASES } from './rotation.ts';
import { SIGNATURE_CASES } from './signature.ts';

/** The cases that need no mappings. Rotation comes last: it changes our keys. */
export const CASES: readonly ConformanceCase[] = [
  ...SIGNATURE_CASES,
  ...RECEIPT_CASES,
  ...QUESTION_CASES,
  ...FLOW_CASES,
  ...LOAD_CASES,
  ...ROTATION_CASES,
];

/** Every case of a run, formats before rotation. */
export function casesFor(formats?: FormatOptions): readonly ConformanceCase[] {
  if (!formats) return CASES;
  return [...CASES.slice(0, -ROTATION_CASES.length), ...formatCases(formats), ...ROTATION_CASES];
}
