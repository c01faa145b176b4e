import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAY_CHANGE } from './roles.ts';

const FOLDERS = ['libs/adapters/src/store', 'libs/adapters/src/access'];
const schema = readFileSync('libs/adapters/src/store/schema.sql', 'utf8');
const tables = new Set([...schema.matchAll(/^CREATE TABLE (\w+)/gm)].map(([, table]) => table!));
/** Sources of the gateway's statements, and the functions of the schema. Migrations run as the owner. */
const sources = [
  schema.slice(schema.indexOf('FUNCTION')),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  ),
];

/** What the statements do beyond adding rows, as `table RIGHT`. */
function used(): Set<string> {
  const found = new Set<string>();
  const note = (table: string | undefined, right: string) => tables.has(table ?? '') && found.add(`${table} ${right}`);
  for (const source of sources) {
    for (const [, table] of source.matchAll(/\bUPDATE (\w+)(?: \w+)?\s+SET\b/g)) note(table, 'UPDATE');
    for (const [, table] of source.matchAll(/\bDELETE FROM (\w+)/g)) note(table, 'DELETE');
    for (const [before] of source.matchAll(/INSERT INTO(?:(?!INSERT INTO)[^`])*?\bDO UPDATE\b/g))
      note(/INSERT INTO (\w+)/.exec(before)?.[1], 'UPDATE');
  }
  return found;
}

/** Rights that reach some columns only, by table. */
const columns = new Map(
  Object.entries(MAY_CHANGE).flatMap(([table, rights]) => {
    const [, names] = /UPDATE \(([^)]*)\)/.exec(rights) ?? [];
    return names === undefined ? [] : [[table, names.split(', ')] as const];
  }),
);
const granted = Object.entries(MAY_CHANGE).flatMap(([table, rights]) =>
  rights
    .replaceAll(/ \([^)]*\)/g, '')
    .split(', ')
    .map((right) => `${table} ${right}`),
);

describe('the rights of the gateway', () => {
  it('are those its statements need, and no others', () => {
    const needed = [...used()].sort();
    expect(needed.length).toBeGreaterThan(10);
    expect([...granted].sort()).toEqual(needed);
  });

  it('reach no other column where columns are named', () => {
    expect(columns.size).toBeGreaterThan(0);
    for (const [table, names] of columns) {
      const statements = sources.flatMap((source) => [
        ...source.matchAll(new RegExp(`\\bUPDATE ${table}(?: \\w+)?\\s+SET\\b([^\`]*?)\\bWHERE\\b`, 'g')),
      ]);
      const set = statements.flatMap(([, assignments]) => [...assignments!.matchAll(/(\w+) = /g)].map(([, column]) => column));
      expect([...new Set(set)].sort()).toEqual([...names].sort());
    }
  });

  it('change no table that can only grow', () => {
    const growing = [...schema.matchAll(/^CREATE TRIGGER (\w+)_append_only /gm)].map(([, table]) => table!);
    expect(growing).toEqual(
      expect.arrayContaining(['audit', 'event', 'key_document', 'key_contact', 'log_entry', 'log_root', 'reconciliation']),
    );
    expect(growing.filter((table) => Object.hasOwn(MAY_CHANGE, table))).toEqual([]);
  });
});
