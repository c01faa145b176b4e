/** What a conversion is: the text of a field to its canonical value and back. */
import type { ErrorCode } from '#model';

/** Where a conversion says what is wrong; the caller knows the position. */
export interface Reporter {
  report(code: ErrorCode, detail?: string): void;
}

/** Where a value is only tried. */
export const SILENT: Reporter = {
  report: (): void => {
    // Nothing to say.
  },
};

/** What generated documents may hold, for the property tests of every mapping. */
export type Sample =
  | { readonly kind: 'text'; readonly max: number }
  | { readonly kind: 'date' | 'iso' | 'points' }
  | { readonly kind: 'decimal'; readonly digits?: number; readonly fraction?: number }
  | { readonly kind: 'integer'; readonly digits?: number; readonly least?: number }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'digits'; readonly lengths: readonly number[] }
  | { readonly kind: 'one of'; readonly values: readonly string[] }
  | { readonly kind: 'lines'; readonly width: number };

/** The canonical shape a conversion yields, checked against the model when the mapping is compiled. */
export type Shape = 'string' | 'code' | 'measure' | 'any';

export interface Conversion {
  readonly rule: string;
  readonly shape: Shape;
  readonly sample: Sample;
  decode(text: string, reporter: Reporter): unknown;
  encode(value: unknown, reporter: Reporter): string | undefined;
  /** Present when the conversion takes a run of components. */
  readonly run?: {
    decode(parts: readonly string[], reporter: Reporter): unknown;
    encode(value: unknown, size: number, reporter: Reporter): string[] | undefined;
  };
}

/** Says that a value does not fit; the value is left out. */
export const wrong = (reporter: Reporter, detail: string): undefined => {
  reporter.report('VALUE_INVALID', detail);
  return undefined;
};
