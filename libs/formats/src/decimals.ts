/** Exact decimal arithmetic on the texts that are exchanged. No float ever touches a quantity. */

/** A decimal as an integer and the number of its digits behind the point. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;

function scaled(text: string): Scaled | undefined {
  const match = DECIMAL.exec(text);
  const [, sign = '', whole = '', fraction = ''] = match ?? [];
  if (!match || (whole === '' && fraction === '')) return undefined;
  const units = BigInt(whole + fraction);
  return { units: sign === '-' ? -units : units, scale: fraction.length };
}

const at = ({ units, scale }: Scaled, target: number): bigint => units * 10n ** BigInt(target - scale);

/** The sum as decimal text, or undefined when a text is no decimal. An empty list sums to 0. */
export function sumDecimals(texts: readonly string[]): string | undefined {
  let total: Scaled = { units: 0n, scale: 0 };
  for (const text of texts) {
    const next = scaled(text);
    if (!next) return undefined;
    const scale = Math.max(total.scale, next.scale);
    total = { units: at(total, scale) + at(next, scale), scale };
  }
  const digits = (total.units < 0n ? -total.units : total.units).toString().padStart(total.scale + 1, '0');
  const point = digits.length - total.scale;
  return `${total.units < 0n ? '-' : ''}${digits.slice(0, point)}${total.scale > 0 ? `.${digits.slice(point)}` : ''}`;
}

/** True when both are the same number, however many zeros they are written with; undefined when one is no decimal. */
export function sameDecimal(one: string, other: string): boolean | undefined {
  if (one === other) return true;
  const a = scaled(one);
  const b = scaled(other);
  if (!a || !b) return undefined;
  const scale = Math.max(a.scale, b.scale);
  return at(a, scale) === at(b, scale);
}
