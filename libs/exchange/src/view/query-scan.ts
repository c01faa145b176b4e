import type { QueryFault } from './query.ts';

/** A value with its place in the text. */
export interface Piece {
  readonly text: string;
  readonly at: number;
  readonly length: number;
}

/** A term cut into its parts, nothing said yet about their meaning. */
export interface Token {
  readonly not: boolean;
  readonly field?: string;
  readonly values: readonly Piece[];
  readonly at: number;
  readonly length: number;
}

const SPACE = /\s/u;
const FIELD = /^[a-z][a-z-]{0,30}:/;

/** Cuts a query into terms. Never fails: what is not closed is a fault, and the rest is read on. */
export function scan(text: string): { readonly tokens: readonly Token[]; readonly faults: readonly QueryFault[] } {
  const tokens: Token[] = [];
  const faults: QueryFault[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.test(text[at] as string)) {
      at += 1;
      continue;
    }
    const start = at;
    const not = text[at] === '-';
    if (not) at += 1;
    const name = FIELD.exec(text.slice(at, at + 32))?.[0];
    if (name) at += name.length;
    const values: Piece[] = [];
    for (;;) {
      const piece = pieceAt(text, at, name === undefined, faults);
      values.push(piece);
      at = piece.at + piece.length;
      if (name === undefined || text[at] !== ',') break;
      at += 1;
    }
    tokens.push({ not, ...(name && { field: name.slice(0, -1) }), values, at: start, length: at - start });
  }
  return { tokens, faults };
}

/** A quoted or bare value; a bare word of its own may hold commas. */
function pieceAt(text: string, at: number, word: boolean, faults: QueryFault[]): Piece {
  if (text[at] === '"') return quotedAt(text, at, faults);
  let end = at;
  while (end < text.length && !SPACE.test(text[end] as string) && text[end] !== '"' && (word || text[end] !== ',')) end += 1;
  return { text: text.slice(at, end), at, length: end - at };
}

function quotedAt(text: string, at: number, faults: QueryFault[]): Piece {
  let value = '';
  for (let end = at + 1; end < text.length; end += 1) {
    const sign = text[end] as string;
    if (sign === '"') return { text: value, at, length: end + 1 - at };
    if (sign === '\\' && end + 1 < text.length) end += 1;
    value += text[end] as string;
  }
  faults.push({ code: 'QUOTE_OPEN', at, length: text.length - at, message: 'The quotation mark is not closed.' });
  return { text: value, at, length: text.length - at };
}
