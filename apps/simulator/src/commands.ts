import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Translator } from '#formats';
import { generateKey, LocalSigner, Signer, type SigningAlgorithm } from '#trust';
import { TrainArrival, type Arrivals } from './arrivals.ts';
import type { PartySimulator } from './party-simulator.ts';

/** What whoever started the process may ask for on standard input, one JSON object a line. */
export const Command = z.discriminatedUnion('do', [
  /** Sign and send a file. The id is the caller's, so the same command twice sends once. */
  z.strictObject({ do: z.literal('send'), messageId: z.string(), file: z.string() }),
  /** Like `send`, but signed with a key that is not ours while the header names ours. */
  z.strictObject({ do: z.literal('forge'), messageId: z.string(), file: z.string() }),
  /** The same bytes of an earlier message once more. */
  z.strictObject({ do: z.literal('repeat'), messageId: z.string() }),
  /** A train stands in the yard. */
  z.strictObject({ do: z.literal('arrive'), train: TrainArrival }),
]);
export type Command = z.infer<typeof Command>;

const MEDIA_TYPES = {
  xml: 'application/xml',
  json: 'application/json',
  edifact: 'application/edifact',
  flat: 'text/plain',
  phrase: 'text/plain',
} as const;

/** A signer that shows our key id and signs with another key: what somebody without our private key can do. */
class Forger extends Signer {
  readonly #stranger: LocalSigner;
  constructor(
    override readonly kid: string,
    override readonly alg: SigningAlgorithm,
  ) {
    super();
    this.#stranger = new LocalSigner(generateKey(alg));
  }
  override sign(bytes: Buffer): Buffer {
    return this.#stranger.sign(bytes);
  }
}

export interface CommandContext {
  readonly simulator: PartySimulator;
  readonly arrivals: Arrivals;
  readonly signer: Signer;
  readonly translator: Translator;
  readonly charsets: readonly string[];
  readonly report: (reason: string) => void;
}

/** Obeys commands until the input ends; resolves then, so that the process does not outlive whoever started it. */
export async function obey(input: NodeJS.ReadableStream, context: CommandContext): Promise<void> {
  for await (const line of createInterface({ input })) {
    if (line.trim() === '') continue;
    try {
      await execute(Command.parse(JSON.parse(line)), context);
    } catch (error) {
      context.report(error instanceof Error ? error.message : String(error));
    }
  }
}

async function execute(command: Command, { simulator, arrivals, signer, translator, charsets }: CommandContext): Promise<void> {
  if (command.do === 'repeat') return simulator.repeat(command.messageId);
  if (command.do === 'arrive') return arrivals.arrive(command.train);
  const { messageId, file } = command;
  const bytes = await readFile(file);
  const { detection } = translator.detect(bytes, { charsets });
  const dispatch = {
    messageId,
    bytes,
    mediaType: detection ? MEDIA_TYPES[detection.syntax] : 'application/octet-stream',
    charset: detection?.charset,
    messageType: { type: (detection?.envelope ?? detection?.mapping ?? detection?.type ?? 'unknown').slice(0, 100), version: '1' },
    conversationId: messageId,
  };
  if (command.do === 'send') return simulator.send(dispatch);
  return simulator.send(dispatch, new Forger(signer.kid, signer.alg));
}
