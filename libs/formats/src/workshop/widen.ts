/** A conversion with as much room as values need; everything else of it stays. */
import type { CodeList } from '../mapping/codelists.ts';
import { conversionOf } from '../mapping/conversions.ts';

/** `text 35` becomes `text 48` where the longest value has 48 characters. Undefined where more room would not help. */
export function widened(rule: string, values: readonly string[], lists: ReadonlyMap<string, CodeList>): string | undefined {
  const candidate = candidateOf(rule, values);
  const conversion = candidate === undefined ? undefined : conversionOf(candidate, lists);
  if (candidate === undefined || conversion === undefined || typeof conversion === 'string') return undefined;
  let sound = true;
  const reporter = { report: (code: string) => (sound &&= code === 'CODE_UNKNOWN') };
  for (const value of values) conversion.decode(value, reporter);
  return sound ? candidate : undefined;
}

function candidateOf(rule: string, values: readonly string[]): string | undefined {
  const [word, ...rest] = rule.split(' ');
  const longest = Math.max(...values.map(({ length }) => length));
  if (word === 'text' && rest.length === 1) return `text ${longest}`;
  if (word === 'code' && rest.length === 2 && /^\d+$/.test(rest[1] ?? '')) return `code ${rest[0]} ${longest}`;
  if (word === 'integer' && rest.length > 0)
    return ['integer', Math.max(Number(rest[0]), ...values.map(digitsOf)), ...rest.slice(1)].join(' ');
  if (word === 'decimal' && rest.length > 0) return ['decimal', ...decimals(rest, values)].join(' ');
  if (word === 'measure' && rest.length > 1) return ['measure', rest[0], ...decimals(rest.slice(1), values)].join(' ');
  return undefined;
}

const digitsOf = (value: string): number => value.replace(/\D/g, '').replace(/^0+(?=\d)/, '').length;

/** Room before the point stays or grows, and so does the room behind it. */
function decimals([digits = '0', fraction = '0']: readonly string[], values: readonly string[]): number[] {
  const behind = (value: string): number => (value.split('.')[1] ?? '').replace(/0+$/, '').length;
  const before = (value: string): number => (value.split('.')[0] ?? '').replace(/\D/g, '').replace(/^0+/, '').length;
  const most = Math.max(Number(fraction), ...values.map(behind));
  return [Math.max(Number(digits) - Number(fraction), ...values.map(before)) + most, most];
}
