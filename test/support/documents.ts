import type { DecodedMessage, Translator } from '#formats';

/** Whole documents as tests look at them: what is in them, and what is found wrong with it and where. */
export class Documents {
  constructor(private readonly translator: Translator) {}

  readonly decode = (document: string | Buffer) => this.translator.decode(Buffer.from(document as string));

  /** The only message of a document nothing is wrong with as a whole. */
  readonly one = (document: string | Buffer): DecodedMessage => {
    const { messages, issues } = this.decode(document);
    expect(issues).toEqual([]);
    expect(messages).toHaveLength(1);
    return messages[0] as DecodedMessage;
  };

  /** `CODE /place` of everything found while it was read. */
  readonly found = (document: string | Buffer): string[] => {
    const { messages, issues } = this.decode(document);
    return [...issues, ...messages.flatMap((message) => message.issues)].map(({ code, pointer }) => `${code} ${pointer}`);
  };

  /** The same of what its content says. */
  readonly checked = (document: string | Buffer): string[] => {
    const message = this.one(document);
    return this.translator.check(message.message).map(({ code, pointer }) => `${code} ${message.locate(pointer)}`);
  };
}
