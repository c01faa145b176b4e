/** Named conversions of EDIFACT mappings (`as: fn NAME`). Rows of the table in mapping/functions.ts. */
import type { Conversion, Reporter } from '../mapping/conversions.ts';

/** A canonical code as conversions see it. */
interface ListedCode {
  readonly value: string;
  readonly listId: string;
  readonly name?: string;
}

const NUMERIC = 'OSJD-Railway';
const SHORT_NAME = 'OSJD-RailwayName';

const toRailway = (value: string, name: string): ListedCode => {
  if (!value) return { value: name, listId: SHORT_NAME };
  return name ? { value, listId: NUMERIC, name } : { value, listId: NUMERIC };
};

interface Temperature {
  readonly value: string;
  readonly unitCode: string;
}

function toTemperature(text: string, unitCode: string, reporter: Reporter): Temperature | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return { value: text, unitCode };
  reporter.report('VALUE_INVALID', 'A temperature is needed.');
  return undefined;
}

/** Code list (1131) and agency (3055) that make a list of ours; the first of a list is what we write. */
const QUALIFIERS: readonly (readonly [listId: string, list: string, agency: string])[] = [
  ['UN-LOCODE', '139', '6'],
  ['ISO-6346', '102', '5'],
  ['BIC-SMDG-Carrier', '172', '20'],
  ['SMDG-Carrier', '172', '306'],
  ['CN-CustomsOffice', '112', '148'],
];
const ELSEWHERE = 'UN-3055';
const LOCODE = /^[A-Z]{2}[A-Z2-9]{3}$/;

function toQualified(value: string, list: string, agency: string, listId: string): ListedCode {
  if (!list && !agency) return { value, listId };
  const known = QUALIFIERS.find((row) => row[1] === list && row[2] === agency);
  return { value, listId: known?.[0] ?? `${ELSEWHERE}/${agency}/${list}` };
}

/** A code with the list and agency beside it, three components. Without them it is of the list of the field. */
const qualifiedCode = (name: string, listId: string, pattern: string): Conversion => ({
  rule: `fn ${name}`,
  shape: 'any',
  sample: { kind: 'pattern', pattern },
  decode: (text) => toQualified(text, '', '', listId),
  encode: (value) => (value as ListedCode).value,
  run: {
    decode: ([code = '', list = '', agency = '']) => toQualified(code, list, agency, listId),
    encode: (value, _size, reporter) => {
      const { value: code, listId: own } = value as ListedCode;
      const known = QUALIFIERS.find((row) => row[0] === own);
      if (known) return [code, known[1], known[2]];
      if (own === listId) return [code];
      const [elsewhere, agency, list] = own.split('/');
      if (elsewhere === ELSEWHERE) return [code, list ?? '', agency ?? ''];
      // Manifests hold ports by UN/LOCODE and more exact places by other codes in one field.
      if (own === 'CN-Location' && listId === 'UN-LOCODE' && LOCODE.test(code)) return [code, '139', '6'];
      reporter.report('CODE_UNMAPPED', `From list ${own} to list ${listId}.`);
      return undefined;
    },
  },
});

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
    encode: (value) => (value as ListedCode).value,
    run: {
      decode: ([code = '', , , name = '']) => toRailway(code, name),
      encode: (value, _size, reporter) => {
        const { value: code, listId, name = '' } = value as ListedCode;
        if (listId === SHORT_NAME) return ['', '', '', code];
        if (listId === NUMERIC) return name ? [code, '', '', name] : [code];
        reporter.report('CODE_UNMAPPED', `From list ${listId} to list ${NUMERIC}.`);
        return undefined;
      },
    },
  },
  /** Temperature of TMP: three digits, so -18 is written -018 (6246, 6411). Canonical: Measure. */
  temperature: {
    rule: 'fn temperature',
    shape: 'measure',
    sample: { kind: 'pattern', pattern: '-?0[1-9][0-9]' },
    decode: (text, reporter) => toTemperature(text, 'CEL', reporter),
    encode: (value) => (value as Temperature).value,
    run: {
      decode: ([text = '', unit = ''], reporter) => toTemperature(text, unit || 'CEL', reporter),
      encode: (value, _size, reporter) => {
        const { value: text, unitCode } = value as Temperature;
        const [, sign = '', digits] = /^([+-]?)0*(\d{1,3})(?:\.0*)?$/.exec(text) ?? [];
        if (digits !== undefined) return [`${sign === '-' ? '-' : ''}${digits.padStart(3, '0')}`, unitCode];
        reporter.report('VALUE_UNTRANSLATABLE', 'The field holds whole degrees.');
        return undefined;
      },
    },
  },
  /** Place of LOC (3225, 1131, 3055). */
  locationCode: qualifiedCode('locationCode', 'UN-LOCODE', '[A-Z]{2}[A-Z2-9]{3}'),
  /** Party of NAD or TDT (3039 or 3127, 1131, 3055). */
  partyCode: qualifiedCode('partyCode', 'UN-3039', '[A-Z0-9]{3,12}'),
  /** Size and type of equipment (8155, 1131, 3055). */
  sizeTypeCode: qualifiedCode('sizeTypeCode', 'ISO-6346', '[24]2[GRU]1'),
};
