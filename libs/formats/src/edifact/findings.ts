import { type ErrorCode, ERRORS, issue, type Issue } from '#model';

/** Where a finding is, in the terms of CONTRL; all count from 1, UNH is segment 1 of its message. */
export interface SyntaxPlace {
  /** Position in its message; absent for the segments of the interchange itself. */
  readonly segmentNumber?: number | undefined;
  /** Tag of a service segment (UNB, UNH, UNT, …) the finding is about. */
  readonly serviceTag?: string | undefined;
  readonly element?: number | undefined;
  readonly component?: number | undefined;
}

/** A finding about an interchange, with the code list 0085 value a CONTRL answers it by. */
export interface SyntaxFinding extends Issue {
  readonly place: SyntaxPlace;
  readonly syntaxError: string;
}

/** UN list 0085, syntax error, coded (UN/EDIFACT service code list, versions 3 and 4). */
export const SYNTAX_ERROR = {
  invalidValue: '12',
  missing: '13',
  valueNotSupportedHere: '14',
  notSupportedHere: '15',
  tooManyConstituents: '16',
  noAgreement: '17',
  unspecified: '18',
  invalidServiceCharacter: '20',
  invalidCharacter: '21',
  duplicate: '26',
  referencesDiffer: '28',
  countDiffers: '29',
  outsideMessage: '33',
  nesting: '34',
  tooManyRepetitions: '35',
  tooManyGroups: '36',
  wrongCharacterType: '37',
  tooLong: '39',
  tooShort: '40',
} as const;

const MOST = 500;

/** Collects findings of one interchange: every error and warning up to a bound, so that a flood cannot exhaust memory. */
export class Findings {
  readonly list: SyntaxFinding[] = [];
  #errors = 0;
  #warnings = 0;

  /** Errors found, those beyond the bound included. */
  get errors(): number {
    return this.#errors;
  }

  add(code: ErrorCode, syntaxError: string, pointer: string, place: SyntaxPlace = {}, detail = ''): void {
    const count = ERRORS[code].disposition === 'report' ? ++this.#warnings : ++this.#errors;
    if (count > MOST) return;
    const at = place.segmentNumber === undefined ? '' : `Segment ${place.segmentNumber}.`;
    this.list.push({ ...issue(code, pointer, [detail, at].filter(Boolean).join(' ')), place, syntaxError });
  }
}
