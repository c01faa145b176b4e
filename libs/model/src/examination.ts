/**
 * The steps of a customs examination, one table (查验: 布控、提箱、到位、开始、结束、结果). A container that stands at the examination
 * site already needs no move; one at the wrong place is moved again. What began is ended, and what ended has a result.
 */
export const EXAMINATION_STEPS = {
  ordered: ['moved', 'inPlace', 'cancelled'],
  moved: ['inPlace', 'cancelled'],
  inPlace: ['started', 'moved', 'cancelled'],
  started: ['ended'],
  ended: ['result'],
  result: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

/** Codes of the list ExaminationStep. */
export type ExaminationStep = keyof typeof EXAMINATION_STEPS;

export const isExaminationStep = (code: string): code is ExaminationStep => Object.hasOwn(EXAMINATION_STEPS, code);

/** The steps that may follow; before the first step there is the order. */
export function nextSteps(step: ExaminationStep | undefined): readonly ExaminationStep[] {
  return step === undefined ? ['ordered'] : EXAMINATION_STEPS[step];
}
