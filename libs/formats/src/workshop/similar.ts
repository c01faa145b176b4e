/** How alike two names are, in whatever language a partner writes them. */

/** 0 to 1: shared pairs of neighbouring characters of both names, without case, blanks and punctuation. */
export function likeness(one: string, other: string): number {
  const [left, right] = [plain(one), plain(other)];
  if (left === '' || right === '') return 0;
  if (left === right) return 1;
  const [pairs, others] = [pairsOf(left), pairsOf(right)];
  const total = pairs.length + others.length;
  if (total === 0) return 0;
  let shared = 0;
  for (const pair of pairs) {
    const at = others.indexOf(pair);
    if (at < 0) continue;
    shared++;
    others.splice(at, 1);
  }
  return (2 * shared) / total;
}

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

function pairsOf(text: string): string[] {
  const characters = [...text];
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}
