import type { Samples } from './cli.ts';

const HEAD = "UNB+UNOC:3+SENDER+RECEIVER+260314:0930+1'";
// A message type without a directory here: only the syntax is judged.
const UNH = "UNH+1+ORDERS:D:95B:UN'";
const BODY = "BGM+722+31046586+9'DTM+137:202603140930:203'";
export const INTERCHANGE = `${HEAD}${UNH}${BODY}UNT+4+1'UNZ+1+1'`;
const withBody = (body: string): string => `${HEAD}${UNH}${body}UNT+${segmentsIn(body) + 2}+1'UNZ+1+1'`;
const segmentsIn = (body: string): number => body.replace(/\?./g, '').split("'").length - 1;
const changed = (from: string | RegExp, to: string): string => INTERCHANGE.replace(from, to);

export const MALFORMED_EDIFACT: Samples = {
  'zero bytes': '',
  blank: ' \r\n',
  'only a tag': 'UNB',
  'only UNA': "UNA:+.? '",
  'no interchange': 'hello',
  'text before': `hello${INTERCHANGE}`,
  'segment before': `XXX+1'${INTERCHANGE}`,
  'last terminator missing': INTERCHANGE.slice(0, -1),
  'cut off in a segment': INTERCHANGE.slice(0, 60),
  'no UNZ': changed(/UNZ.*/, ''),
  'no UNT': changed(/UNT.*?'/, ''),
  'no UNH': changed(/UNH.*?'/, ''),
  'no UNB': changed(/UNB.*?'/, ''),
  'no message': `${HEAD}UNZ+0+1'`,
  'text after': `${INTERCHANGE}BGM`,
  'two interchanges': INTERCHANGE + INTERCHANGE,
  'UNT counts one more': changed('UNT+4', 'UNT+5'),
  'UNT counts one less': changed('UNT+4', 'UNT+3'),
  'UNT counts nothing': changed('UNT+4', 'UNT+'),
  'UNT counts letters': changed('UNT+4', 'UNT+four'),
  'UNZ counts one more': changed('UNZ+1', 'UNZ+2'),
  'UNT of another message': changed("+1'UNZ", "+2'UNZ"),
  'UNZ of another interchange': changed(/1'$/, "2'"),
  'message reference twice': changed('UNZ+1', `${UNH}${BODY}UNT+4+1'UNZ+2`),
  'group not closed': changed('UNH', "UNG+ORDERS+A+B+260314:0930+1+UN+D:95B'UNH"),
  'tag in Cyrillic': changed('BGM', '\u0412GM'),
  'tag in small letters': changed('BGM', 'bgm'),
  'tag too short': changed('BGM', 'BG'),
  'tag too long': changed('BGM', 'BGMX'),
  'no tag': changed('BGM', ''),
  'line end in a tag': changed('DTM', 'D\nTM'),
  'unknown syntax': changed('UNOC', 'XXXX'),
  'unknown syntax version': changed(':3+', ':9+'),
  'no syntax version': changed('UNOC:3', 'UNOC'),
  'no message type': changed('ORDERS:D:95B:UN', ''),
  // Escaped first and cut afterwards: the writer counted a segment that no reader sees.
  'release character splits the text': withBody(`FTX+AAA+++CUT HERE?'${BODY}`).replace('UNT+4', 'UNT+5'),
  'unescaped terminator in text': changed('31046586', "31'46586"),
  'control character': changed('722', '\u0001'),
  NUL: changed('722', '\u0000'),
  'UNA names one character twice': `UNA::::::${INTERCHANGE}`,
  'UNA too short': `UNA:+.? ${INTERCHANGE}`,
  'UNA and text differ': `UNA:+.? '${INTERCHANGE.replaceAll("'", '~')}`,
  'segment without end': `${HEAD}${UNH}FTX+AAA+++${'x'.repeat(300_000)}'UNT+3+1'UNZ+1+1'`,
  'segment of 100,000 elements': `${HEAD}${UNH}FTX${'+'.repeat(100_000)}'UNT+3+1'UNZ+1+1'`,
  'release characters without end': `UNB${'?'.repeat(1_000_000)}`,
  'one segment 300,000 times': `${HEAD}UNH+1+IFTMIN:D:97A:UN'${"BGM'".repeat(300_000)}`,
  '100,000 message headers': `${HEAD}${"UNH+1+IFTMIN:D:97A:UN'".repeat(100_000)}`,
  'UTF-16': Buffer.from(`\ufeff${INTERCHANGE}`, 'utf16le'),
};

export const WELL_FORMED_EDIFACT: Samples = {
  plain: INTERCHANGE,
  'with line ends': INTERCHANGE.replaceAll("'", "'\r\n"),
  'with UNA': `UNA:+.? '${INTERCHANGE}`,
  'with byte order mark': `\ufeff${INTERCHANGE}`,
  'with other service characters': `UNA*|.? ~${INTERCHANGE.replaceAll("'", '~').replaceAll(':', '*').replaceAll('+', '|')}`,
  'with released characters': withBody(`FTX+AAA+++BAGS?:1440 A?+B ?? O?'CLOCK'${BODY}`),
  'with a group': changed('UNH', "UNG+ORDERS+A+B+260314:0930+1+UN+D:95B'UNH").replace('UNZ', "UNE+1+1'UNZ"),
  'with Cyrillic text': withBody(`FTX+AAA+++ГРУЗ СЛЕДУЕТ'${BODY}`),
};
