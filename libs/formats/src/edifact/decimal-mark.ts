/**
 * The decimal mark of numbers. ISO 9735 lets a sender write point or comma, and UNA announces which; inside, numbers have
 * a point. Free text is never touched: only the elements below hold numbers with decimals in the directories in use.
 */

/** Element, first and last component, by segment. */
const NUMBERS: ReadonlyMap<string, readonly [element: number, from: number, to: number]> = new Map([
  ['CNT', [1, 2, 2]],
  ['CUX', [3, 1, 1]],
  ['DGS', [4, 1, 1]],
  ['DIM', [2, 2, 4]],
  ['MEA', [3, 2, 4]],
  ['MOA', [1, 2, 2]],
  ['PCD', [1, 2, 2]],
  ['PRI', [1, 2, 2]],
  ['QTY', [1, 2, 2]],
  ['RNG', [2, 2, 3]],
  ['TMP', [2, 1, 1]],
]);

const WITH_COMMA = /^[+-]?\d*,\d+$/;
const WITH_POINT = /^[+-]?\d*\.\d+$/;

/** Writes the numbers of a segment that was read with a point, in place. */
export function toPoint(tag: string, data: string[][]): void {
  const place = NUMBERS.get(tag);
  const components = place && data[place[0] - 1];
  if (!components) return;
  for (let at = place[1] - 1; at < place[2] && at < components.length; at++) {
    if (WITH_COMMA.test(components[at]!)) components[at] = components[at]!.replace(',', '.');
  }
}

/** The elements of a segment to be written, with a comma in their numbers. */
export function withComma(tag: string, data: readonly (readonly string[])[] = []): readonly (readonly string[])[] {
  const place = NUMBERS.get(tag);
  if (!place) return data;
  const [element, from, to] = place;
  const isNumber = (text: string, at: number) => at >= from - 1 && at < to && WITH_POINT.test(text);
  return data.map((components, index) =>
    index === element - 1 ? components.map((text, at) => (isNumber(text, at) ? text.replace('.', ',') : text)) : components,
  );
}
