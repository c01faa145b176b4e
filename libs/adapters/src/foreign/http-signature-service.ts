import { SignatureService, type ForeignVerdict, type ForeignVerifyRequest, type SecondSignRequest } from '#exchange';
import { ExchangeError } from '#model';
import { MAX_ANSWER, readSignature, readVerdict, signQuestion, verifyQuestion } from './answers.ts';
import { Turns } from './turns.ts';

/**
 * A signature module behind a loopback address (a sidecar). Questions are POSTed to the one address the operator gave;
 * redirects are refused. An answer other than 200 is no verdict; without an answer it cannot be asked.
 */
export class HttpSignatureService extends SignatureService {
  readonly #turns = new Turns(16);

  constructor(
    private readonly url: string,
    private readonly milliseconds = 20_000,
  ) {
    super();
  }

  override async verify(request: ForeignVerifyRequest): Promise<ForeignVerdict> {
    const answer = await this.#ask(verifyQuestion(request));
    return answer === undefined ? { verdict: 'indeterminate', reason: 'VERIFIER_FAILED' } : readVerdict(answer);
  }

  override async sign(request: SecondSignRequest): Promise<Buffer> {
    return readSignature(await this.#ask(signQuestion(request)));
  }

  /** The body of a 200, else undefined. */
  async #ask(question: string): Promise<string | undefined> {
    return this.#turns.run(async () => {
      try {
        const response = await fetch(this.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: question,
          redirect: 'error',
          signal: AbortSignal.timeout(this.milliseconds),
        });
        const text = await bounded(response);
        return response.status === 200 ? text : undefined;
      } catch (cause) {
        throw new ExchangeError('SIGNATURE_SERVICE_UNAVAILABLE', { cause });
      }
    });
  }
}

async function bounded(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += (chunk as Uint8Array).length;
    if (length > MAX_ANSWER) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}
