import { spawn } from 'node:child_process';
import { ExchangeError } from '#model';
import { WrappingMasterKey } from '#trust';

const DEADLINE_MS = 15_000;
/** A wrapped data key has some hundred octets whoever wraps it. */
const MAX_ANSWER = 64 * 1024;

/**
 * A master key kept by somebody else: a key management service, an HSM behind PKCS #11, a TPM. The program is called with `wrap`
 * or `unwrap` as its one argument, gets base64 on standard input and answers base64 on standard output. No shell is involved,
 * nothing secret stands on a command line, and what the program writes to standard error is not repeated.
 */
export class CommandMasterKey extends WrappingMasterKey {
  constructor(private readonly program: string) {
    super();
  }

  protected override wrap(octets: Buffer): Promise<Buffer> {
    return this.#call('wrap', octets);
  }

  protected override unwrap(wrapped: Buffer): Promise<Buffer> {
    return this.#call('unwrap', wrapped);
  }

  #call(what: 'wrap' | 'unwrap', input: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const failed = (detail: string): void =>
        reject(new ExchangeError('CONFIGURATION_INVALID', { pointer: 'MASTER_KEY_COMMAND', detail: `The program ${detail}.` }));
      const child = spawn(this.program, [what], { stdio: ['pipe', 'pipe', 'ignore'], timeout: DEADLINE_MS, killSignal: 'SIGKILL' });
      const answer: Buffer[] = [];
      let length = 0;
      child.on('error', () => failed('cannot be started'));
      child.stdin.on('error', () => undefined);
      child.stdout.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_ANSWER) child.kill('SIGKILL');
        else answer.push(chunk);
      });
      child.on('close', (code) => {
        if (code !== 0) return failed(`failed to ${what} a key`);
        resolve(Buffer.from(Buffer.concat(answer).toString('latin1').trim(), 'base64'));
      });
      child.stdin.end(`${input.toString('base64')}\n`);
    });
  }
}
