import type { DataSource } from 'typeorm';

/**
 * The schema as text, from the catalogue of the database itself: the same on every PostgreSQL and without pg_dump. Compared
 * with the committed `schema.sql`, so that every migration shows in review what it does to the whole.
 */
export async function describeSchema(dataSource: DataSource): Promise<string> {
  const parts: string[] = [];
  for (const [title, query] of SECTIONS) {
    const rows = (await dataSource.query(query)) as { line: string }[];
    parts.push(`-- ${title}\n\n${rows.map(({ line }) => line).join('\n')}\n`);
  }
  return parts.join('\n');
}

const OURS = `c.relnamespace = 'public'::regnamespace AND c.relname <> 'migration'`;

/** Column compression is left out: it depends on how the server was built. */
const SECTIONS: readonly (readonly [string, string])[] = [
  [
    'tables',
    `SELECT 'CREATE TABLE ' || c.relname || E' (\\n' || string_agg('  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
         || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), ''), E',\\n' ORDER BY a.attnum) || E'\\n)'
         || coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '') || E';\\n' AS line
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relkind = 'r' AND ${OURS} GROUP BY c.oid, c.relname, c.reloptions ORDER BY c.relname`,
  ],
  [
    'constraints',
    `SELECT 'ALTER TABLE ' || c.relname || ' ADD CONSTRAINT ' || k.conname || ' ' || pg_get_constraintdef(k.oid) || ';' AS line
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype <> 'n' AND ${OURS} ORDER BY c.relname, k.conname`,
  ],
  [
    'indexes',
    `SELECT replace(i.indexdef, ' public.', ' ') || ';' AS line FROM pg_indexes i JOIN pg_class c ON c.relname = i.tablename
      WHERE i.schemaname = 'public' AND ${OURS} ORDER BY i.tablename, i.indexname`,
  ],
  [
    'triggers',
    `SELECT replace(pg_get_triggerdef(t.oid), ' public.', ' ') || ';' AS line FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      WHERE NOT t.tgisinternal AND ${OURS} ORDER BY c.relname, t.tgname`,
  ],
  [
    'functions',
    `SELECT replace(pg_get_functiondef(p.oid), ' public.', ' ') || ';' AS line FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace ORDER BY p.proname`,
  ],
];
