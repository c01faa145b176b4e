/**
 * Strict JSON (RFC 8259) for everything a partner sends: one reader, so that what was signed is what is read.
 *
 * Beyond the grammar it refuses what parsers are known to disagree on (RFC 8259 §4, §6, §8.2): a member named twice,
 * integers that a double cannot hold exactly (beyond 2^53 - 1) and numbers that overflow, lone surrogates, bytes that
 * are not UTF-8, a byte order mark, and nesting beyond a limit. `JSON.parse` accepts all of these. An object of more than
 * ten thousand members is refused too: no message has one, and a million would keep the process busy for seconds.
 */
import { ExchangeError, issue, type ErrorCode, type Issue } from './errors.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [member: string]: JsonValue };
export type StrictJson = { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly issue: Issue };
export interface StrictJsonLimits {
  /** Deepest nesting of arrays and objects; a bare value has depth 0. */
  readonly depth?: number;
}

const DEFAULT_DEPTH = 100;
const MOST_MEMBERS = 10_000;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const LONE_SURROGATE = /\p{Cs}/u;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Reads the bytes or says what is wrong with them and where: a JSON pointer, and the offset in characters. Never throws. */
export function parseStrictJson(bytes: Uint8Array, limits: StrictJsonLimits = {}): StrictJson {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    return { ok: false, issue: issue('ENCODING_INVALID', '') };
  }
  const printed = asPrinted(text, limits.depth ?? DEFAULT_DEPTH);
  if (printed !== undefined) return { ok: true, value: printed };
  try {
    return { ok: true, value: new Reader(text, limits.depth ?? DEFAULT_DEPTH).document() };
  } catch (error) {
    if (error instanceof ExchangeError) return { ok: false, issue: error.issues[0] ?? issue(error.code, '') };
    throw error;
  }
}

/** JSON pointer (RFC 6901) of a path. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Beyond this a second look would cost more than it saves. */
const PRINTED_LENGTH = 64 * 1024;
/** An escape could be half of a surrogate pair. */
const ESCAPED = '\\u';

/**
 * What programs send is mostly what `JSON.stringify` writes: then the platform reads it, and printing it again gives the very
 * text, so that no member was named twice and no number lost a digit. Undefined for anything else, sound or not: the strict
 * reader then decides. Five times as fast for a manifest of a kilobyte.
 */
function asPrinted(text: string, depth: number): JsonValue | undefined {
  if (text.length > PRINTED_LENGTH || text.includes(ESCAPED)) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return JSON.stringify(value) === text && withinLimits(value, depth) ? value : undefined;
  } catch {
    return undefined;
  }
}

function withinLimits(value: JsonValue, depth: number): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) || !Number.isInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((one) => withinLimits(one, depth - 1));
  const names = Object.keys(value);
  return names.length <= MOST_MEMBERS && names.every((name) => withinLimits(value[name] as JsonValue, depth - 1));
}

class Reader {
  readonly #text: string;
  readonly #depth: number;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, depth: number) {
    this.#text = text;
    this.#depth = depth;
  }

  document(): JsonValue {
    const value = this.#value();
    this.#blank();
    if (this.#at < this.#text.length) this.#fail('JSON_MALFORMED');
    return value;
  }

  #value(): JsonValue {
    this.#blank();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(): JsonValue {
    const object: { [member: string]: JsonValue } = {};
    this.#enter();
    if (this.#take('}')) return this.#leave(object);
    let members = 0;
    do {
      if (++members > MOST_MEMBERS) this.#fail('JSON_LIMIT');
      this.#blank();
      if (this.#text[this.#at] !== '"') this.#fail('JSON_MALFORMED');
      const name = this.#string();
      if (Object.hasOwn(object, name)) this.#fail('JSON_DUPLICATE_KEY');
      if (!this.#take(':')) this.#fail('JSON_MALFORMED');
      this.#path[this.#path.length - 1] = name;
      const value = this.#value();
      // Assigning to __proto__ would change the prototype instead of adding a member.
      if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      else object[name] = value;
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail('JSON_MALFORMED');
    return this.#leave(object);
  }

  #array(): JsonValue {
    const array: JsonValue[] = [];
    this.#enter();
    if (this.#take(']')) return this.#leave(array);
    do {
      this.#path[this.#path.length - 1] = array.length;
      array.push(this.#value());
    } while (this.#take(','));
    if (!this.#take(']')) this.#fail('JSON_MALFORMED');
    return this.#leave(array);
  }

  #enter(): void {
    if (this.#path.length >= this.#depth) this.#fail('JSON_LIMIT');
    this.#path.push('');
    this.#at++;
  }

  #leave<T>(value: T): T {
    this.#path.pop();
    return value;
  }

  #string(): string {
    const start = this.#at + 1;
    for (let i = start; ; i++) {
      const code = this.#text.charCodeAt(i);
      if (code === QUOTE) {
        this.#at = i + 1;
        return this.#text.slice(start, i);
      }
      if (code === BACKSLASH) return this.#escapedString(start, i);
      // Also true at the end of the text, where the code is NaN.
      if (!(code >= 0x20)) this.#fail('JSON_MALFORMED');
    }
  }

  #escapedString(start: number, from: number): string {
    let end = from;
    for (; this.#text.charCodeAt(end) !== QUOTE; end++) {
      const code = this.#text.charCodeAt(end);
      if (!(code >= 0x20)) this.#fail('JSON_MALFORMED');
      if (code === BACKSLASH) end++;
    }
    let value: string;
    try {
      // The slice is one string literal; the platform decides which escapes are valid.
      value = JSON.parse(this.#text.slice(start - 1, end + 1)) as string;
    } catch {
      return this.#fail('JSON_MALFORMED');
    }
    if (LONE_SURROGATE.test(value)) this.#fail('JSON_MALFORMED');
    this.#at = end + 1;
    return value;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (!match) return this.#fail('JSON_MALFORMED');
    const value = Number(match[0]);
    const integer = match[1] === undefined && match[2] === undefined;
    if (integer ? !Number.isSafeInteger(value) : !Number.isFinite(value)) this.#fail('JSON_LIMIT');
    this.#at += match[0].length;
    return value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('JSON_MALFORMED');
    this.#at += word.length;
    return value;
  }

  #blank(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #take(character: string): boolean {
    this.#blank();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fail(code: ErrorCode): never {
    throw new ExchangeError(code, { pointer: jsonPointer(this.#path), detail: `At character ${this.#at + 1}.` });
  }
}
