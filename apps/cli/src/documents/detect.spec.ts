import { PassThrough, Readable } from 'node:stream';
import { encodeText } from '#formats';
import { Terminal } from '../terminal/terminal.ts';
import { detect, type DetectOptions } from './detect.ts';

const XML = '<CorridorMessage><Name>连云港示例集装箱码头</Name></CorridorMessage>';
const bytesIn = (label: string) => {
  const encoded = encodeText(XML, label);
  return 'bytes' in encoded ? encoded.bytes : Buffer.alloc(0);
};
const run = async (bytes: Buffer, options: Partial<DetectOptions> = {}) => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  await detect(new Terminal(Readable.from([bytes]), out, err), '-', options as DetectOptions);
  return { out: String(out.read() ?? ''), err: String(err.read() ?? '') };
};

describe('the encoding of a document', () => {
  it('is hinted at where none that was agreed fits, and nothing is read by the hint', async () => {
    const { out, err } = await run(bytesIn('gbk'));
    expect(out).toBe('');
    expect(err).toMatch(/look like gb18030.*--accept gb18030/);
    expect(JSON.parse((await run(bytesIn('gbk'), { json: true })).out)).toMatchObject({
      encoding: null,
      encodingHint: 'gb18030',
      type: null,
    });
  });
  it('is stated without a hint where it is known', async () => {
    for (const [label, options] of [
      ['utf-8', {}],
      ['gbk', { accept: ['gb18030'] }],
    ] as const) {
      const told = JSON.parse((await run(bytesIn(label), { json: true, ...options })).out) as object;
      expect(told).toHaveProperty('encoding', label === 'gbk' ? 'gb18030' : 'UTF-8');
      expect(told).not.toHaveProperty('encodingHint');
    }
  });
});
