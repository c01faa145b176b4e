import type { BlockedKey, DeadLetter, DeadLetterQueue, LinkRequest, ShownLetter } from '#exchange';

/** What comes over HTTP: times and octets as text. */
type Told<T> = { readonly [Key in keyof T]: T[Key] extends Date | Buffer | undefined ? string : T[Key] };

export interface BlockedKeysAnswer {
  readonly keys: readonly Told<BlockedKey>[];
}
export type LinkRequestAnswer = Told<LinkRequest> & { readonly may: readonly string[] };
export interface OneRequestAnswer {
  readonly request: LinkRequestAnswer;
}
export interface RequestsAnswer {
  readonly requests: readonly LinkRequestAnswer[];
}
export type LetterAnswer = Told<DeadLetter> & { readonly partner: string };
export interface LettersAnswer {
  readonly letters: readonly LetterAnswer[];
  readonly next?: string;
}
export interface ShownLetterAnswer extends Pick<ShownLetter, 'verdict' | 'reasons'> {
  readonly letter: LetterAnswer;
  readonly claims?: Told<NonNullable<ShownLetter['claims']>>;
}
export interface QueuesAnswer {
  readonly queues: readonly (Told<Omit<DeadLetterQueue, 'letters'>> & {
    readonly partner: string;
    readonly letters: readonly Told<DeadLetterQueue['letters'][number]>[];
  })[];
}
