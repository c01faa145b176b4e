import { InvalidArgumentError } from 'commander';
import { byteCount, collect, pairs, positiveInteger } from './command.ts';

describe('option values', () => {
  it('collects repeated options in their order', () => {
    expect(collect('b', collect('a'))).toEqual(['a', 'b']);
  });

  it('reads NAME=VALUE, the value as it is', () => {
    expect(pairs('PlatId=', pairs('SenderId=A=B'))).toEqual({ SenderId: 'A=B', PlatId: '' });
  });

  it.each(['', '=x', 'name'])('refuses %p as NAME=VALUE', (value) => {
    expect(() => pairs(value)).toThrow(InvalidArgumentError);
  });

  it.each([
    ['1', 1],
    ['64K', 65_536],
    ['100M', 104_857_600],
    ['1G', 1_073_741_824],
  ])('reads %s bytes', (text, bytes) => {
    expect(byteCount(text)).toBe(bytes);
  });

  it.each(['', '0', '-1', '1.5M', '10 M', '1m', '1T', 'M'])('refuses %p as a number of bytes', (text) => {
    expect(() => byteCount(text)).toThrow(InvalidArgumentError);
  });

  it.each(['0', '-1', '1.5', 'x', ''])('refuses %p as a count', (text) => {
    expect(() => positiveInteger(text)).toThrow(InvalidArgumentError);
  });
});
