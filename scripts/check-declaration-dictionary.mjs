// Developer-only: compares the mapping of the Chinese goods declaration with the data dictionary of the interface, field by field:
// is it there, with the length, and demanded where the dictionary demands it. Needs ../shared/schemas/declaration beside the checkout.
import { existsSync, readFileSync } from 'node:fs';

const dictionary = new URL('../../shared/schemas/declaration/DecMessage_dictionary.tsv', import.meta.url);

/** Where we deliberately say something else than the dictionary; the mapping files say why. */
const DELIBERATE = new Set(['DecHead/CopCode length', 'DecList/SecondQty declare', 'SddTax/InsurCurr length']);
/** Keys of their groups, which the dictionary demands on saving only. */
const KEYS = new Set(['DecContainer', 'DecLicenseDocus', 'DecRequestCert', 'TrnContainer']);
/** Elements whose name is not the one of the section. */
const ELEMENT = { DecContainer: 'Container', DecLicenseDocus: 'LicenseDocu', TrnContaGoodsList: 'TrnContaGoods' };

/** Every element of a group name in a mapping file: the lines `Name: { … }` right below it. */
function fieldsOf(text) {
  const groups = new Map();
  const open = [];
  for (const line of text.split('\n')) {
    const [, indent, name, rest] = /^( *)'?([A-Za-z_0-9]+)'?:(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    while ((open.at(-1)?.indent ?? -1) >= indent.length) open.pop();
    if (rest.trim() === '') open.push({ indent: indent.length, name });
    else {
      const fields = groups.get(open.at(-1)?.name) ?? new Map();
      groups.set(open.at(-1)?.name, fields.set(name, rest));
    }
  }
  return groups;
}

/** What of a row of the dictionary the mapping says otherwise. */
function differences({ section, field, type, length, save, declare }, groups) {
  const leaf = groups.get(ELEMENT[section] ?? section)?.get(field);
  const name = `${section}/${field}`;
  if (leaf === undefined) return [`${name} missing`];
  const [onDeclare, onSave = onDeclare] = (/card: '([^']*)'/.exec(leaf)?.[1] ?? '0..1').split(' ');
  if (onDeclare === '-') return [];
  const found = [];
  const bound = /as: (?:text|integer|decimal|measure KGM|code [\w-]+) (\d+(?: \d+)?)/.exec(leaf)?.[1];
  const wanted = length.replace(',', ' ');
  if (bound !== undefined && wanted !== '' && !['Date', 'DATE', 'DateTime'].includes(type) && bound !== wanted)
    found.push(`${name} length`);
  const demanded = KEYS.has(section) && save === '是' ? ['是', '是'] : [save, declare];
  if ((onSave === '1') !== (demanded[0] === '是')) found.push(`${name} save`);
  if ((onDeclare === '1') !== (demanded[1] === '是')) found.push(`${name} declare`);
  return found;
}

function rows(text) {
  return text
    .split('\n')
    .slice(2)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [title, field, , type, length, save, declare] = line.split('\t');
      const [onSave, onDeclare = declare] = save.split('/');
      return { section: /[A-Za-z]+$/.exec(title)?.[0], field, type, length, save: onSave, declare: onDeclare };
    });
}

if (!existsSync(dictionary)) {
  console.log('check:declaration-dictionary is skipped: ../shared/schemas/declaration is not there.');
} else {
  const read = (name) => readFileSync(new URL(`../config/mappings/cn-declaration/${name}.yaml`, import.meta.url), 'utf8');
  const groups = fieldsOf(`${read('body')}\n${read('attachments')}`);
  const all = rows(readFileSync(dictionary, 'utf8'));
  const found = all.flatMap((row) => differences(row, groups));
  const unexpected = found.filter((difference) => !DELIBERATE.has(difference));
  console.log(`${all.length} fields, ${found.length - unexpected.length} deliberate differences, ${unexpected.length} others.`);
  for (const difference of unexpected) console.log(`  ${difference}`);
  if (unexpected.length > 0) process.exitCode = 1;
}
