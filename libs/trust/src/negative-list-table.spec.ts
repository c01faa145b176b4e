/** Holds the table of the negative list to the sources, the tests and the document. `npm run check:negative-list` proves its rows. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

interface Check {
  readonly item: string;
  readonly file: string;
  readonly check: string;
  readonly test: string;
  readonly find: string;
  readonly replace: string;
}
const groups = load(readFileSync('test/fixtures/protocol/negative-list.yaml', 'utf8')) as { spec: string; checks: Check[] }[];
const rows = groups.flatMap(({ spec, checks }) => checks.map((check) => ({ spec, ...check })));
const text = (file: string) => readFileSync(file, 'utf8');

/** Titles of tests as patterns: what stands in the place of a value may be anything. */
const titlesOf = (spec: string): RegExp[] =>
  [...text(spec).matchAll(/(?:\b(?:it|test)|\))\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)].map(
    ([, , title = '']) => new RegExp(title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/%[spij]/g, '.*')),
  );

describe('the table of the negative list', () => {
  it.each(rows)('$item: its check and its test exist', ({ file, check, find, replace, spec, test }) => {
    expect(text(file).split(find)).toHaveLength(2);
    expect(text(file)).toContain(check);
    expect(replace).not.toBe(find);
    const prefixes = titlesOf(spec).filter(
      (title) => title.test(test) || title.source.startsWith(test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')),
    );
    expect(prefixes.length).toBeGreaterThan(0);
  });

  it('names each item once and has every item of the design', () => {
    const items = rows.map(({ item }) => item);
    expect(new Set(items).size).toBe(items.length);
    for (const wanted of [
      /printed again/,
      /alg none/,
      /HMAC/,
      /key from the message/,
      /kid/,
      /crit/,
      /DER/,
      /base64url/,
      /duplicate JSON/,
      /2\^53/,
      /surrogates/,
      /receipt accepted as a message/,
      /for A re-sent to B/,
      /^expired$/,
      /far-future iat/,
      /unsigned/,
      /retired key/,
      /compromised key/,
      /part missing/,
      /part extra/,
      /part swapped/,
      /part repeated/,
      /header of many/,
      /deep nesting/,
      /thousands of parts/,
      /decompression/,
      /which step failed/,
    ])
      expect(items.some((item) => wanted.test(item))).toBe(true);
  });

  it('stands in the document, row by row', () => {
    const document = text('docs/protocols/LB-PROTO-1-negative-list.md');
    const lines = rows.map(({ item, file, check, spec, test }) => `| ${item} | \`${check}\` in \`${file}\` | ${test} (\`${spec}\`) |`);
    for (const line of lines) expect(document).toContain(line);
    expect(document.split('\n').filter((line) => line.startsWith('| ')).length).toBe(lines.length + 2);
  });
});

describe('verification', () => {
  const settings = [...text('config/default.env').matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
  const options = ['jws', 'message', 'receipt', 'query', 'key-directory', 'manifest', 'mailbox-token'].map((name) =>
    text(`libs/trust/src/${name}.ts`),
  );

  it('has no setting that turns it off', () => {
    const suspicious = settings.filter((name) => /VERIF|SIGNATURE|SKIP|INSECURE|UNSIGNED|ALLOW|TRUST_ALL|DISABLE|IGNORE/.test(name));
    // The one adds modules for second signatures, of which every one a link names must verify; the others name addresses that our own
    // alerts, pushes and files may go to.
    expect(suspicious).toEqual(['SIGNATURE_SERVICES', 'ALERT_OUTBOUND_ALLOW', 'PUSH_OUTBOUND_ALLOW', 'SFTP_OUTBOUND_ALLOW']);
    expect(settings.length).toBeGreaterThan(10);
  });

  it('has no option that leaves out a check: what a caller may forgive is the leniency of a link, and it holds two things', () => {
    for (const source of options)
      expect(source).not.toMatch(/\b(?:skip|insecure|unsafe|disable|ignore|bypass|noVerify|allowUnsigned)\w*\??:/i);
    const leniency = /export interface Leniency \{([^}]*)\}/.exec(text('libs/trust/src/jws.ts'))?.[1] ?? '';
    expect([...leniency.matchAll(/readonly (\w+)\?/g)].map(([, name]) => name)).toEqual(['eddsaName', 'toleranceSeconds']);
  });

  it('of what partners send happens in one place, with the keys of the link and nothing else', () => {
    const uses = text('libs/exchange/src/steps/open.ts');
    for (const call of ['verifyMessage(', 'openReceipt(', 'openQuery(', 'openAnswer(']) expect(uses).toContain(call);
    expect(text('libs/exchange/src/pipeline.ts')).toContain('open(delivery, {');
  });
});
