/**
 * Number theory behind the refusal of weak public keys. Run at registration and by the probe, never per message.
 */

function powMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Primes of the published ROCA test (CVE-2017-15361) up to 167. */
const ROCA_PRIMES = Array.from({ length: 166 }, (_, i) => i + 2).filter(
  (n) => n > 2 && [2, 3, 5, 7, 11].every((p) => n === p || n % p !== 0),
);

/** For each prime the residues that powers of 65537 take: affected moduli are congruent to such a power modulo all of them. */
const ROCA_RESIDUES = ROCA_PRIMES.map((prime) => {
  const residues = new Set<number>();
  for (let power = 1; !residues.has(power); power = (power * 65537) % prime) residues.add(power);
  return { prime: BigInt(prime), residues };
});

/** True when an RSA modulus bears the fingerprint of the broken Infineon generator (a sound key does with chance below 2^-27). */
export function isRoca(modulus: bigint): boolean {
  return ROCA_RESIDUES.every(({ prime, residues }) => residues.has(Number(modulus % prime)));
}

const P = 2n ** 255n - 19n;
const mod = (value: bigint): bigint => ((value % P) + P) % P;
const inverse = (value: bigint): bigint => powMod(mod(value), P - 2n, P);
const D = mod(-121665n * inverse(121666n));
const SQRT_MINUS_ONE = powMod(2n, (P - 1n) / 4n, P);

/**
 * Decodes an Ed25519 public key as RFC 8032 §5.1.3 says and checks that it is a point of large order. node:crypto takes
 * any 32 octets; with a key of small order a signature can verify for every message.
 */
export function isSoundEd25519(encoded: Uint8Array): boolean {
  const littleEndian = [...encoded].reduceRight((value, octet) => (value << 8n) | BigInt(octet), 0n);
  const y = littleEndian & (2n ** 255n - 1n);
  if (encoded.length !== 32 || y >= P) return false;
  const x = recoverX(y);
  if (x === undefined || (x === 0n && littleEndian >> 255n === 1n)) return false;
  let point: Projective = [x, y, 1n];
  for (let i = 0; i < 3; i++) point = double(point);
  return !(point[0] === 0n && point[1] === point[2]);
}

function recoverX(y: bigint): bigint | undefined {
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  const candidate = mod(u * v ** 3n * powMod(mod(u * v ** 7n), (P - 5n) / 8n, P));
  const check = mod(v * candidate * candidate);
  if (check === u) return candidate;
  return check === mod(-u) ? mod(candidate * SQRT_MINUS_ONE) : undefined;
}

/** A point (X/Z, Y/Z): doubling needs no inverse, which costs more than everything else here. */
type Projective = readonly [X: bigint, Y: bigint, Z: bigint];

/** Doubling on a twisted Edwards curve with a = -1 (Bernstein, Birkner, Joye, Lange, Peters 2008, section 6). */
function double([X, Y, Z]: Projective): Projective {
  const [xx, yy] = [mod(X * X), mod(Y * Y)];
  const f = mod(yy - xx);
  const j = mod(f - 2n * Z * Z);
  return [mod(2n * X * Y * j), mod(-f * (xx + yy)), mod(f * j)];
}
