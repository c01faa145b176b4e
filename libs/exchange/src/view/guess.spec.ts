import { guess, keysMeant } from './guess.ts';

const meant = (text: string) => guess(text).map(({ kind, reason, checkDigit }) => [kind, reason, checkDigit].filter(Boolean).join(' '));

describe('a search box', () => {
  it.each([
    ['CSQU3054383', ['equipment ISO_6346 right']],
    ['csqu 305438-3', ['equipment ISO_6346 right']],
    ['CSQU3054380', ['equipment ISO_6346_CHECK_DIGIT_WRONG wrong']],
    ['95236196', ['wagon WAGON_1520 right', 'note NOTE_DIGITS']],
    ['95236190', ['note NOTE_DIGITS', 'wagon WAGON_1520_CHECK_DIGIT_WRONG wrong']],
    ['1234567', ['wagon WAGON_CHINA']],
    ['230020260000001234', ['declaration DECLARATION_18_DIGITS']],
    ['3300-001-7077', ['train TRAIN_INDEX']],
    ['X8051', ['train TRAIN_NUMBER']],
    ['01890A5D-AC96-774B-BCCE-B302099A8057', ['message-id UUID']],
    ['CN_MT1101_1p1_2300LYG000001_20260314', ['document DOCUMENT_ID']],
    ['f'.repeat(64), ['digest SHA_256']],
    ['Накладная 1', []],
    ['运单', []],
  ])('takes %s for what it is', (text, expected) => expect(meant(text)).toEqual([...expected, 'text ANY_KEY']));

  it('takes a key as it is given, and nothing for nothing', () => {
    expect(guess('bill: LYG1')).toEqual([{ kind: 'bill', value: 'LYG1', reason: 'KEY_GIVEN', key: 'bill:LYG1' }]);
    expect(keysMeant('bill:LYG1')).toEqual(['bill:LYG1']);
    for (const text of ['', '  ', 'x'.repeat(251)]) expect(guess(text)).toEqual([]);
  });

  it('looks for a number in every scheme, in the form of the guess and as typed', () => {
    expect(keysMeant('csqu3054383')).toEqual(expect.arrayContaining(['equipment:CSQU3054383', 'bill:csqu3054383', 'note:csqu3054383']));
  });
});
