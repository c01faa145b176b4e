import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { ExchangeError } from '#model';
import { nameKeyOf } from './account-name.ts';

/** Cost of scrypt (RFC 7914): 2^ln iterations, block size, parallelism. */
export interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB a try; what OWASP's password storage cheat sheet gives for scrypt at this memory. */
const COST: Cost = { ln: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
/** Tries at once: scrypt runs in libuv's four threads, which files need as well. */
const AT_ONCE = 2;
/** Tries that may wait; more are told to come back. */
const WAITING = 32;
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** Passwords as PHC strings of scrypt. Bounded in memory and threads, whoever asks. */
export class Passwords {
  private running = 0;
  private readonly queue: (() => void)[] = [];
  private readonly dummySalt = randomBytes(16);

  constructor(private readonly cost: Cost = COST) {}

  async hash(password: string): Promise<string> {
    const { ln, r, p } = this.cost;
    const salt = randomBytes(16);
    return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(await this.derive(password, salt, this.cost))}`;
  }

  /** Takes the same time where there is nothing to compare with: an unknown name is not told from a wrong password. */
  async verify(password: string, phc: string | undefined): Promise<boolean> {
    const [, ln, r, p, salt, wanted] = PHC.exec(phc ?? '') ?? [];
    const known = wanted !== undefined && salt !== undefined;
    const cost = known ? { ln: Number(ln), r: Number(r), p: Number(p) } : this.cost;
    const derived = await this.derive(password, known ? Buffer.from(salt, 'base64') : this.dummySalt, cost);
    return known && timingSafeEqual(derived, Buffer.from(wanted, 'base64'));
  }

  private async derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
    await this.turn();
    try {
      const options = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r };
      return await new Promise<Buffer>((resolve, reject) =>
        scrypt(password.normalize('NFC'), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key))),
      );
    } finally {
      this.running -= 1;
      this.queue.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    if (this.running >= AT_ONCE) {
      if (this.queue.length >= WAITING) throw new ExchangeError('OVERLOADED');
      await new Promise<void>((resolve) => this.queue.push(resolve));
    }
    this.running += 1;
  }
}

const base64 = (octets: Buffer): string => octets.toString('base64').replace(/=+$/, '');

/** 12 to 128 characters of any script, at least 6 different ones, without the account's name. Throws USAGE. */
export function requireGoodPassword(password: string, name: string): void {
  const signs = [...password.normalize('NFC')];
  const good = signs.length >= 12 && signs.length <= 128 && new Set(signs).size >= 6 && !nameKeyOf(password).includes(nameKeyOf(name));
  if (!good)
    throw new ExchangeError('USAGE', {
      pointer: 'next',
      detail: 'A password has 12 to 128 characters, at least 6 different ones, and does not contain the name of the account.',
    });
}
