import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import iconv from 'iconv-lite';
import { EXIT } from '../exit-codes.ts';
import { Terminal } from '../terminal/terminal.ts';
import { answer, type AnswerOptions } from './answer.ts';

/** From LBGATE to KTZ.ALTYNKOL, reference 26031400000101, one message, windows-1251. */
const NOTE = iconv.decode(readFileSync('test/fixtures/formats/osjd-smgs/note-ru.windows-1251.edi'), 'windows-1251');
const HEAD = 'UCI+26031400000101+LBGATE+KTZ.ALTYNKOL';

async function answered(text: string, options: Partial<AnswerOptions> = {}) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const bytes = iconv.encode(text, 'windows-1251');
  const code = await answer(new Terminal(Readable.from([bytes]), out, err), '-', options as AnswerOptions);
  const written = iconv.decode((out.read() ?? Buffer.alloc(0)) as Buffer, 'windows-1251');
  const segments = written.split(/'\r?\n?/);
  const of = (tag: string) => segments.filter((segment) => segment.startsWith(`${tag}+`));
  return { code, written, of, err: String(err.read() ?? '') };
}

describe('the CONTRL for an interchange', () => {
  it('acknowledges a sound one to its sender, twice in the same words', async () => {
    const { code, of } = await answered(NOTE);
    expect([code, of('UCI'), of('UCM')]).toEqual([EXIT.OK, [`${HEAD}+7`], []]);
    expect(of('UNB')[0]).toMatch(/^UNB\+UNOA:1\+KTZ\.ALTYNKOL\+LBGATE\+/);
    expect((await answered(NOTE)).of('UNH')).toEqual(of('UNH'));
  });

  it.each([
    ['counts another number of messages', NOTE.replace('UNZ+1', 'UNZ+3'), [`${HEAD}+4+29+UNZ+1`], [], []],
    ['ends in the middle', NOTE.slice(0, 320), [`${HEAD}+4+13`], ['UCM+26031400000101+IFTMIN:D:97A:UN:OSJD+4+13+UNT'], undefined],
    ['has a segment the message does not know', NOTE.replace("TSR++4'", "TSR++4'XYZ+1'"), [`${HEAD}+7`], undefined, ['UCS+5+15']],
    ['spells a tag in look-alike letters', NOTE.replace("TSR++4'", "ТSR++4'"), [`${HEAD}+7`], undefined, undefined],
  ])('rejects one that %s', async (_fault, text, uci, ucm, ucs) => {
    const { code, of } = await answered(text);
    expect([code, of('UCI')]).toEqual([EXIT.INVALID, uci]);
    if (ucm) expect(of('UCM')).toEqual(ucm);
    else expect(of('UCM')[0]).toMatch(/^UCM\+26031400000101\+IFTMIN:D:97A:UN:OSJD\+4/);
    if (ucs) expect(of('UCS')).toEqual(ucs);
  });

  it('says no more than that it came, where no more is known yet', async () => {
    const { code, of } = await answered(NOTE.replace('UNZ+1', 'UNZ+3'), { received: true });
    expect([code, of('UCI')]).toEqual([EXIT.OK, [`${HEAD}+8`]]);
  });

  it('takes the order of fields that a partner has agreed', async () => {
    const { of } = await answered(NOTE, { to: 'CONTRL-deviation' });
    expect(of('UCI')).toEqual(['UCI+LBGATE+KTZ.ALTYNKOL+26031400000101+7']);
  });

  it('cannot be given where nobody is named, nor for what is no interchange', async () => {
    const nobody = await answered(NOTE.replace(/^UNB[^']*'\s*/, ''));
    expect([nobody.code, nobody.written]).toEqual([EXIT.INVALID, '']);
    expect(nobody.err).toContain('It does not say what to answer to whom.');
    const other = await answered('<Manifest/>');
    expect([other.code, other.err]).toEqual([EXIT.INVALID, expect.stringContaining('FORMAT_UNKNOWN')]);
  });
});

describe('the APERAK for a message', () => {
  it('accepts it by the number of the note', async () => {
    const { code, of } = await answered(NOTE, { content: true });
    expect([code, of('BGM')[0]?.endsWith('+29'), of('RFF'), of('ERC')]).toEqual([
      EXIT.OK,
      true,
      ['RFF+AAS:33-70112233', 'RFF+ACW:26031400000101'],
      [],
    ]);
  });

  it('rejects it with every error, of its content and of how it is written', async () => {
    const faulty = NOTE.replace('+33-70112233+9', '+33-70112233+77').replace("TSR++4'", "TSR++4'XYZ+1'");
    const { code, of } = await answered(faulty, { content: true });
    expect([code, of('BGM')[0]?.endsWith('+27')]).toEqual([EXIT.INVALID, true]);
    expect(of('ERC').length).toBeGreaterThan(1);
    expect(of('FTX').join('\n')).toContain('FUNCTION_CODE_UNKNOWN');
  });

  it('goes into a file a message', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'landbridge-answer-'));
    try {
      const [, message = ''] = /(UNH\+[\s\S]*UNT\+[^']*')/.exec(NOTE) ?? [];
      const second = message.replaceAll('26031400000101', '26031400000102').replaceAll('70112233', '70112234');
      const two = NOTE.replace(message, `${message}\r\n${second}`).replace('UNZ+1', 'UNZ+2');
      await expect(answered(two, { content: true })).rejects.toMatchObject({ code: 'USAGE' });
      const out = join(folder, 'answer.edi');
      expect((await answered(two, { content: true, out })).code).toBe(EXIT.OK);
      const files = ['answer.edi', 'answer-2.edi'].map((name) => readFileSync(join(folder, name), 'latin1'));
      expect(files.map((text) => /RFF\+AAS:([^']*)'/.exec(text)?.[1])).toEqual(['33-70112233', '33-70112234']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
