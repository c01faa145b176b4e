import type { CanonicalMessage, MessageType } from '#model';
import { parseStrictJson } from '#model';
import type { Programme } from '../programme.ts';
import type { Delivered } from '../stage/journal-line.ts';
import type { PartyProcess } from '../stage/party-process.ts';
import type { Stage } from '../stage/stage.ts';
import { documentIn } from '../verify/lbm-file.ts';

/** What the acts of the day share: who plays, what was sent under which id. */
export interface Day {
  readonly stage: Stage;
  readonly programme: Programme;
  readonly now: Date;
  /** Writes a document of the local window to the folder of inputs and returns its path. */
  input(name: string, bytes: Buffer): Promise<string>;
  readonly ids: { readonly sea: string; readonly train: string; readonly mistakes: string; readonly forged: string };
}

/** Whether a delivered message was made from this message of this party. */
export const madeFrom =
  (sender: string, messageId: string) =>
  ({ source }: Delivered): boolean =>
    source?.sender === sender && source.messageId === messageId;

export const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024)} KB`;

/** A canonical message that the local window got, in the form it got it. */
export interface Arrived {
  readonly line: Delivered;
  readonly message: CanonicalMessage;
}

/** Everything of one canonical type that reached the local window so far. */
export async function arrived(window: PartyProcess, type: MessageType): Promise<Arrived[]> {
  const lines = window.delivered(({ type: format }) => format === 'canonical/json');
  const all = await Promise.all(lines.map(async (line) => ({ line, parsed: parseStrictJson(documentIn(await window.read(line))) })));
  return all.flatMap(({ line, parsed }) => {
    const message = parsed.ok ? (parsed.value as unknown as CanonicalMessage) : undefined;
    return message?.type === type ? [{ line, message }] : [];
  });
}

/** Waits until the local window has `count` messages of a type that fit. */
export async function awaitArrived<T extends MessageType>(
  window: PartyProcess,
  type: T,
  count: number,
  fits: (message: Extract<CanonicalMessage, { type: T }>, line: Delivered) => boolean = () => true,
): Promise<Extract<CanonicalMessage, { type: T }>[]> {
  for (;;) {
    // Counted before the look: what arrives while files are read must wake us, not pass unseen.
    const seen = window.delivered().length;
    const found = (await arrived(window, type)).filter(({ line, message }) => fits(message as never, line));
    if (found.length >= count) return found.map(({ message }) => message as never);
    await window.until(() => window.delivered().length > seen, `${window.party} gets ${count} × ${type}, so far ${found.length}`);
  }
}
