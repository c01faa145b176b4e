import type { Decoded, DecodedMessage } from '#formats';
import type { CanonicalMessage, FormatChoice } from '#model';
import type { Manifest, ReceiptStatus } from '#trust';
import type { TrainArrival } from './arrivals.ts';

/** A valid message as a party's own system sees it. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly manifest: Manifest;
  readonly decoded: Decoded;
  readonly document: DecodedMessage;
}

/** What a party's own system can do about a message it received. Every call may be made again and then changes nothing. */
export interface Desk {
  readonly now: () => Date;
  /** Sends a business message of our own. `key` tells the answers to one message apart; returns the message id. */
  answer(key: string, message: CanonicalMessage, choice: FormatChoice): Promise<string>;
  /** Like `answer` on behalf of the whole conversation: whichever of its messages says it first, it is said once. */
  announce(key: string, message: CanonicalMessage, choice: FormatChoice): Promise<string>;
  /** Signs the business answer R3 about the message; `answer` names the message that says it in full. */
  decide(status: Extract<ReceiptStatus, 'accepted' | 'refused' | 'released' | 'held' | 'inspection'>, answer?: string): Promise<void>;
  /** Resolves when the gateway's receipt about a message of ours is here. */
  receiptOf(messageId: string): Promise<void>;
  /** Resolves when the train with this wagon stands in the yard. */
  trainWith(wagonId: string): Promise<TrainArrival>;
  /** Every valid message of the same conversation so far, this one included, in the order of their ids. */
  conversation(): Promise<readonly ReceivedMessage[]>;
}

/**
 * How a kind of party answers. Called at least once for each valid message and again after a restart in the middle; all it
 * says is taken from the message.
 */
export type Conduct = (message: ReceivedMessage, desk: Desk) => Promise<void>;
