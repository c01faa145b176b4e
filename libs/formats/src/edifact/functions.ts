/** Named conversions of EDIFACT mappings (`as: fn NAME`). Rows of the table in mapping/functions.ts. */
import type { Conversion } from '../mapping/conversions.ts';

interface RailwayCode {
  readonly value: string;
  readonly listId: string;
  readonly name?: string;
}

const NUMERIC = 'OSJD-Railway';
const SHORT_NAME = 'OSJD-RailwayName';

const toRailway = (value: string, name: string): RailwayCode => {
  if (!value) return { value: name, listId: SHORT_NAME };
  return name ? { value, listId: NUMERIC, name } : { value, listId: NUMERIC };
};

export const EDIFACT_FUNCTIONS: Readonly<Record<string, Conversion>> = {
  /** UNB 0035: 1 is a test; nothing is written for anything else. Canonical: boolean. */
  testIndicator: {
    rule: 'fn testIndicator',
    shape: 'any',
    sample: { kind: 'one of', values: ['1'] },
    decode: (text) => text === '1',
    encode: (value) => (value === true ? '1' : undefined),
  },
  /** Railway beside a station: numeric code in the first component, short name (КЗХ) in the fourth. Canonical: Code. */
  railwayCode: {
    rule: 'fn railwayCode',
    shape: 'any',
    sample: { kind: 'one of', values: ['27', '33'] },
    decode: (text) => toRailway(text, ''),
    encode: (value) => (value as RailwayCode).value,
    run: {
      decode: ([code = '', , , name = '']) => toRailway(code, name),
      encode: (value, _size, reporter) => {
        const { value: code, listId, name = '' } = value as RailwayCode;
        if (listId === SHORT_NAME) return ['', '', '', code];
        if (listId === NUMERIC) return name ? [code, '', '', name] : [code];
        reporter.report('CODE_UNMAPPED', `From list ${listId} to list ${NUMERIC}.`);
        return undefined;
      },
    },
  },
};
