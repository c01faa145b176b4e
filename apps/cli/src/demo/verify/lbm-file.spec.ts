import { encodeFrame } from '#trust';
import { documentIn, readLbm } from './lbm-file.ts';

const frame = encodeFrame({
  jws: Buffer.from('a.b.c'),
  parts: [
    { name: 'document', bytes: Buffer.from('грузы 货物') },
    { name: 'scan', bytes: Buffer.alloc(0) },
  ],
});

test('reads what the protocol writes', () => {
  const { jws, parts } = readLbm(frame);
  expect(jws).toBe('a.b.c');
  expect(parts.map(({ name, bytes }) => `${name}=${bytes.toString('utf8')}`)).toEqual(['document=грузы 货物', 'scan=']);
  expect(documentIn(frame).toString('utf8')).toBe('грузы 货物');
});

test('does not take anything else for a message', () => {
  expect(() => readLbm(Buffer.concat([frame, Buffer.from('x')]))).toThrow('octets left over');
  expect(() => readLbm(Buffer.from('PK\u0003\u0004'))).toThrow('not a message file');
});
