import type { ErrorCode } from '#model';
import { conversionOf, type Conversion } from '../mapping/conversions.ts';
import { EDIFACT_FUNCTIONS } from './functions.ts';

const reports: ErrorCode[] = [];
const reporter = { report: (code: ErrorCode) => void reports.push(code) };
beforeEach(() => void (reports.length = 0));

describe('fn testIndicator', () => {
  const { decode, encode } = EDIFACT_FUNCTIONS['testIndicator']!;
  it('is true for 1 only, and writes nothing for a production message', () => {
    expect(['1', '0', '2'].map((text) => decode(text, reporter))).toEqual([true, false, false]);
    expect([true, false].map((value) => encode(value, reporter))).toEqual(['1', undefined]);
  });
});

describe('fn railwayCode', () => {
  const { run, decode, encode } = EDIFACT_FUNCTIONS['railwayCode']!;
  it.each([
    [['27'], { value: '27', listId: 'OSJD-Railway' }],
    [['27', '', '', 'КЗХ'], { value: '27', listId: 'OSJD-Railway', name: 'КЗХ' }],
    [['', '', '', 'КЖД'], { value: 'КЖД', listId: 'OSJD-RailwayName' }],
  ])('reads and writes %j', (parts, code) => {
    expect(run!.decode(parts, reporter)).toEqual(code);
    expect(run!.encode(code, 4, reporter)).toEqual(parts);
  });
  it('reads and writes a single component', () => {
    expect(decode('33', reporter)).toEqual({ value: '33', listId: 'OSJD-Railway' });
    expect(encode({ value: '33', listId: 'OSJD-Railway' }, reporter)).toBe('33');
  });
  it('refuses a code of another list', () => {
    expect(run!.encode({ value: 'KZ', listId: 'ISO-3166-1' }, 4, reporter)).toBeUndefined();
    expect(reports).toEqual(['CODE_UNMAPPED']);
  });
});

describe('fn locationCode', () => {
  const { run } = EDIFACT_FUNCTIONS['locationCode']!;
  it.each([
    [['CNLYG', '139', '6'], { value: 'CNLYG', listId: 'UN-LOCODE' }],
    [['LYGTK', '72', '305'], { value: 'LYGTK', listId: 'UN-3055/305/72' }],
    [['2301', '112', '148'], { value: '2301', listId: 'CN-CustomsOffice' }],
  ])('reads and writes %j with its list', (parts, code) => {
    expect(run!.decode(parts, reporter)).toEqual(code);
    expect(run!.encode(code, 3, reporter)).toEqual(parts);
  });
  it('takes a bare code for one of the list of the field, and a port of a Chinese manifest for a UN/LOCODE', () => {
    expect(run!.decode(['CNLYG'], reporter)).toEqual({ value: 'CNLYG', listId: 'UN-LOCODE' });
    expect(run!.encode({ value: 'KZALT', listId: 'CN-Location' }, 3, reporter)).toEqual(['KZALT', '139', '6']);
  });
  it('refuses a code of another list', () => {
    expect(run!.encode({ value: 'CNLYG/2301', listId: 'CN-Location' }, 3, reporter)).toBeUndefined();
    expect(run!.encode({ value: '707701', listId: 'OSJD-ESR' }, 3, reporter)).toBeUndefined();
    expect(reports).toEqual(['CODE_UNMAPPED', 'CODE_UNMAPPED']);
  });
});

describe('fn temperature', () => {
  const { run } = EDIFACT_FUNCTIONS['temperature']!;
  it.each([
    ['-18', ['-018', 'CEL']],
    ['4.0', ['004', 'CEL']],
    ['+5', ['005', 'CEL']],
  ])('writes %s in three digits', (value, parts) => {
    expect(run!.encode({ value, unitCode: 'CEL' }, 2, reporter)).toEqual(parts);
    expect(run!.decode(parts, reporter)).toEqual({ value: parts[0], unitCode: 'CEL' });
  });
  it('refuses half degrees and what is no temperature', () => {
    expect(run!.encode({ value: '-18.5', unitCode: 'CEL' }, 2, reporter)).toBeUndefined();
    expect(run!.decode(['cold', 'CEL'], reporter)).toBeUndefined();
    expect(reports).toEqual(['VALUE_UNTRANSLATABLE', 'VALUE_INVALID']);
  });
});

describe('preparation', () => {
  const { run } = conversionOf('preparation +05:00', new Map()) as Conversion;
  it.each([
    [['260314', '0930'], '2026-03-14T09:30+05:00'],
    [['260314'], '2026-03-14'],
  ])('reads and writes %j', (parts, value) => {
    expect(run!.decode(parts, reporter)).toBe(value);
    expect(run!.encode(value, 2, reporter)).toEqual(parts);
  });
  it('reads the four digits of a syntax 4 year, and writes another zone in its own', () => {
    expect(run!.decode(['20260314', '0930'], reporter)).toBe('2026-03-14T09:30+05:00');
    expect(run!.encode('2026-03-14T23:30:59+08:00', 2, reporter)).toEqual(['260314', '2030']);
  });
  it('refuses what is no time', () => {
    expect(run!.decode(['261314', '0930'], reporter)).toBeUndefined();
    expect(run!.decode(['260314', '9'], reporter)).toBeUndefined();
    expect(reports).toEqual(['VALUE_INVALID', 'VALUE_INVALID']);
  });
  it('needs an offset', () => {
    expect(typeof conversionOf('preparation', new Map())).toBe('string');
  });
});
