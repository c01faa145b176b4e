import { spawn } from 'node:child_process';
import { SignatureService, type ForeignVerdict, type ForeignVerifyRequest, type SecondSignRequest } from '#exchange';
import { ExchangeError } from '#model';
import { MAX_ANSWER, readSignature, readVerdict, signQuestion, verifyQuestion } from './answers.ts';
import { Turns } from './turns.ts';

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/**
 * A signature module behind a program of this machine: started once for each question, without a shell and without our
 * environment. The question comes by standard input, the answer is the whole standard output. An exit code other than 0 is no verdict;
 * a program that cannot be started or does not end in time cannot be asked.
 */
export class ProcessSignatureService extends SignatureService {
  readonly #turns = new Turns(4);

  constructor(
    private readonly program: string,
    private readonly milliseconds = 20_000,
  ) {
    super();
  }

  override async verify(request: ForeignVerifyRequest): Promise<ForeignVerdict> {
    const { code, output } = await this.#ask(verifyQuestion(request));
    return code === 0 ? readVerdict(output) : { verdict: 'indeterminate', reason: 'VERIFIER_FAILED' };
  }

  override async sign(request: SecondSignRequest): Promise<Buffer> {
    const { code, output } = await this.#ask(signQuestion(request));
    return readSignature(code === 0 ? output : undefined);
  }

  #ask(question: string): Promise<Ended> {
    return this.#turns.run(() => new Promise<Ended>((resolve, reject) => this.#start(question, resolve, reject)));
  }

  #start(question: string, resolve: (ended: Ended) => void, reject: (error: unknown) => void): void {
    const child = spawn(this.program, [], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      shell: false,
    });
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(unavailable('It did not end in time.'));
    }, this.milliseconds);
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(unavailable('It cannot be started.', cause));
    });
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_ANSWER) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output: Buffer.concat(chunks).toString('utf8') });
    });
    // A program that does not read its question to the end is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(question);
  }
}

const unavailable = (detail: string, cause?: unknown) => new ExchangeError('SIGNATURE_SERVICE_UNAVAILABLE', { detail, cause });
