import { ERRORS, type ErrorCode } from '#model';
import type { ReconciliationState } from '../ports/reconciliation-store.port.ts';

const FAULTS: Partial<Record<ReconciliationState['state'], ErrorCode>> = {
  disagreed: 'RECONCILIATION_DISAGREED',
  contradicted: 'RECONCILIATION_CONTRADICTED',
};

/** What is wrong with a day and what to do about it. */
export interface ReconciliationAdvice {
  readonly code: ErrorCode;
  readonly title: string;
  readonly action: string;
}

/** A day as people and programs are shown it: with advice when it is not in order. */
export function advised(state: ReconciliationState): ReconciliationState & Partial<ReconciliationAdvice> {
  const code = FAULTS[state.state];
  return code === undefined ? state : { ...state, code, title: ERRORS[code].text, action: ERRORS[code].action };
}
