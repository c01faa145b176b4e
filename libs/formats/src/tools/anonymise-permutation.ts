/**
 * Numbers below a limit, each turned into another one, none into itself and no two into one: format-preserving encryption
 * after the FE1 scheme of Black and Rogaway ("Ciphers with arbitrary finite domains": a Feistel network walked until it
 * stays below the limit), with HMAC-SHA-256 as round function. Without the key nobody can go back.
 */
import { createHmac } from 'node:crypto';

const ROUNDS = 8;

/** A permutation for each tweak: the same number under two tweaks becomes two unrelated ones. */
export class Permutation {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Another number below `limit`; `value` itself only where the limit leaves no other. */
  apply(value: bigint, limit: bigint, tweak: string): bigint {
    if (limit < 2n) return value;
    const side = squareRoot(limit - 1n) + 1n;
    const walk = (start: bigint, step: (at: bigint) => bigint): bigint => {
      let at = step(start);
      while (at >= limit) at = step(at);
      return at;
    };
    // One step on the circle that the secret permutation makes of all numbers: every number moves.
    const next = (walk(value, (at) => this.#forth(at, side, tweak)) + 1n) % limit;
    return walk(next, (at) => this.#back(at, side, tweak));
  }

  /** Bytes without end for texts too long to be one number. */
  *stream(tweak: string): Generator<number, never> {
    for (let block = 0; ; block++) yield* createHmac('sha256', this.#key).update(`stream ${block} ${tweak}`).digest();
  }

  #forth(value: bigint, side: bigint, tweak: string): bigint {
    let [left, right] = [value / side, value % side];
    for (let round = 0; round < ROUNDS; round++) [left, right] = [right, (left + this.#round(round, right, tweak)) % side];
    return left * side + right;
  }

  #back(value: bigint, side: bigint, tweak: string): bigint {
    let [left, right] = [value / side, value % side];
    for (let round = ROUNDS - 1; round >= 0; round--) [left, right] = [modulo(right - this.#round(round, left, tweak), side), left];
    return left * side + right;
  }

  #round(round: number, value: bigint, tweak: string): bigint {
    return BigInt(
      `0x${createHmac('sha256', this.#key)
        .update(`${round} ${value.toString(16)} ${tweak}`)
        .digest('hex')}`,
    );
  }
}

const modulo = (value: bigint, limit: bigint): bigint => ((value % limit) + limit) % limit;

/** The whole part of the root. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
