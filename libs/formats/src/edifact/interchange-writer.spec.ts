import type { DocumentNode } from '../document.ts';
import { writeInterchange } from './interchange-writer.ts';
import { SYNTAX_4_CHARACTERS } from './service-characters.ts';

const segment = (name: string, ...data: string[][]): DocumentNode => ({ name, data, children: [] });
const UNB = segment('UNB', ['UNOA', '1'], ['S'], ['R'], ['260314', '0930'], ['REF1'], [''], ['']);
const message = (reference: string): DocumentNode => ({
  name: 'TESTER',
  children: [
    UNB,
    segment('UNH', [reference], ['TESTER', 'D', '97A', 'UN', '']),
    segment('BGM', ['722'], [''], ['']),
    { name: 'SG2', children: [segment('NAD', ['CZ']), { name: 'SG3', children: [segment('CTA', ['EB'], ["O'NEIL", '', ''])] }] },
  ],
});

describe('writeInterchange', () => {
  it('counts segments and messages, repeats references and drops empty constituents at the end', () => {
    expect(writeInterchange([message('M1'), message('M2')]).split('\r\n')).toEqual([
      "UNB+UNOA:1+S+R+260314:0930+REF1'",
      "UNH+M1+TESTER:D:97A:UN'",
      "BGM+722'",
      "NAD+CZ'",
      "CTA+EB+O?'NEIL'",
      "UNT+5+M1'",
      "UNH+M2+TESTER:D:97A:UN'",
      "BGM+722'",
      "NAD+CZ'",
      "CTA+EB+O?'NEIL'",
      "UNT+5+M2'",
      "UNZ+2+REF1'",
      '',
    ]);
  });

  it('writes a service string advice when asked, and unasked when the characters need one', () => {
    expect(writeInterchange([message('M1')], { serviceStringAdvice: true, lineEnd: '' })).toMatch(/^UNA:\+\.\? 'UNB\+/);
    expect(writeInterchange([message('M1')], { characters: SYNTAX_4_CHARACTERS, lineEnd: '\n' })).toMatch(/^UNA:\+\.\?\*'\nUNB\+/);
  });

  it('writes the segment that opens a group also when it has no data', () => {
    const children = [UNB, segment('UNH', ['M1']), { name: 'SG18', children: [{ name: 'GID', children: [] }, segment('PIA', ['5'])] }];
    expect(writeInterchange([{ name: 'TESTER', children }], { lineEnd: '' })).toContain("UNH+M1'GID'PIA+5'UNT+4+M1'");
  });

  it('refuses a message without header', () => {
    const headless = { name: 'TESTER', children: [segment('BGM')] };
    expect(() => writeInterchange([headless])).toThrow(expect.objectContaining({ code: 'VALUE_UNTRANSLATABLE' }));
  });
});
