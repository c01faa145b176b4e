/**
 * Named conversions, for what the conversions of the language cannot say (`as: fn NAME`). One table; every row is tested.
 */
import { EDIFACT_FUNCTIONS } from '../edifact/functions.ts';
import { FLAT_FUNCTIONS } from '../flat/functions.ts';
import { PHRASE_FUNCTIONS } from '../phrase/functions.ts';
import { DECLARATION_FUNCTIONS } from './declaration-functions.ts';
import type { Conversion } from './conversions.ts';

export const FUNCTIONS: Readonly<Record<string, Conversion>> = {
  ...EDIFACT_FUNCTIONS,
  ...DECLARATION_FUNCTIONS,
  ...PHRASE_FUNCTIONS,
  ...FLAT_FUNCTIONS,
  /** Seal marks of a wagon list: one column, separated by commas. Canonical: LogisticsSeal[]. */
  sealMarks: {
    rule: 'fn sealMarks',
    shape: 'any',
    sample: { kind: 'text', max: 10 },
    decode: (text) => {
      const marks = text.split(',').map((mark) => mark.trim());
      const seals = marks.filter((mark) => mark !== '').map((id) => ({ id }));
      return seals.length > 0 ? seals : undefined;
    },
    encode: (value) => (value as { id: string }[]).map((seal) => seal.id).join(','),
  },
};
