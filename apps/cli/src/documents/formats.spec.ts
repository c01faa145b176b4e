import type { Translator } from '#formats';
import { acceptedCharsets, resolveFormat } from './formats.ts';

const mappings = [
  { id: 'cn-manifest/MT1101', envelope: false },
  { id: 'cn-rail/MT1301', envelope: false },
  { id: 'xx-manifest/MT1301', envelope: false },
  { id: 'canonical/json', envelope: false },
  { id: 'cn-dxp/DxpMsg', envelope: true },
] as unknown as Translator['mappings'];

describe('resolveFormat', () => {
  it.each([
    ['cn-manifest/MT1101', false, 'cn-manifest/MT1101'],
    ['mt1101', false, 'cn-manifest/MT1101'],
    ['json', false, 'canonical/json'],
    ['cn-rail/MT1301', false, 'cn-rail/MT1301'],
    ['DxpMsg', true, 'cn-dxp/DxpMsg'],
  ])('takes %s', (name, envelope, id) => {
    expect(resolveFormat(name, mappings, { envelope })).toBe(id);
  });

  it('names the candidates of a name that fits several', () => {
    expect(() => resolveFormat('MT1301', mappings, { envelope: false })).toThrow(
      'fits several formats: cn-rail/MT1301, xx-manifest/MT1301.',
    );
  });

  it.each(['1101', 'DxpMsg', '', 'manifest/MT1101'])('knows no %p to write by', (name) => {
    expect(() => resolveFormat(name, mappings, { envelope: false })).toThrow('No such format');
  });
});

describe('acceptedCharsets', () => {
  it('tries windows-1251 for an interchange, which cannot declare its encoding', () => {
    expect(acceptedCharsets(Buffer.from("\ufeffUNB+UNOY:3'"), undefined)).toEqual(['windows-1251']);
    expect(acceptedCharsets(Buffer.from('<a/>'), undefined)).toEqual([]);
  });

  it('leaves the choice to the caller who makes one', () => {
    expect(acceptedCharsets(Buffer.from("UNB+UNOC:3'"), ['koi8-r'])).toEqual(['koi8-r']);
  });
});
