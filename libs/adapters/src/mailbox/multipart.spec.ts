import fc from 'fast-check';
import { decodeMailbox, encodeMailbox } from './multipart.ts';

const item = fc.record({
  position: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
  kind: fc.constantFrom('message' as const, 'receipt' as const),
  messageId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  type: fc.string({ unit: 'grapheme', maxLength: 40 }),
  frame: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  possibleDuplicate: fc.boolean(),
});

describe('the multipart of a mailbox', () => {
  it('brings back what was put in, whatever the bytes and labels', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 6 }), (items) => {
        const { contentType, body } = encodeMailbox(items);
        expect(decodeMailbox(contentType, body)).toEqual(items);
      }),
    );
  });

  it('is not misled by bytes that look like its own boundary', () => {
    const decoy = {
      position: '1',
      kind: 'message' as const,
      messageId: 'm',
      type: 't',
      frame: Buffer.from('\r\n--lb-x--\r\n\r\n--'),
      possibleDuplicate: false,
    };
    const { contentType, body } = encodeMailbox([decoy, decoy]);
    expect(decodeMailbox(contentType, body)).toEqual([decoy, decoy]);
  });

  it('refuses what is cut off, or labelled otherwise', () => {
    const { contentType, body } = encodeMailbox([
      { position: '1', kind: 'message', messageId: 'm', type: 't', frame: Buffer.from('frame'), possibleDuplicate: true },
    ]);
    for (let end = 0; end < body.length - 4; end++) {
      expect(() => decodeMailbox(contentType, body.subarray(0, end))).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }));
    }
    for (const other of ['text/plain', 'multipart/mixed', `${contentType}x`]) expect(() => decodeMailbox(other, body)).toThrow();
  });
});
