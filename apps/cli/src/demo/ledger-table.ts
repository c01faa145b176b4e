import type { LedgerRow } from './ledger.ts';

const COUNTS = ['sent', 'delivered', 'receipted', 'refused', 'quarantined', 'duplicates', 'lost'] as const;

export interface Paint {
  head(text: string): string;
  zero(text: string): string;
  bad(text: string): string;
}

/** The end table as lines of equal width: one row for each link and direction, and a sum. */
export function ledgerLines(rows: readonly LedgerRow[], gateway: string, paint: Paint): string[] {
  const direction = ({ from, to }: LedgerRow) => `${from === gateway ? 'gateway' : from} → ${to === gateway ? 'gateway' : to}`;
  const width = Math.max(...rows.map((row) => direction(row).length), 'all links'.length);
  const cell = (name: (typeof COUNTS)[number], count: number) => {
    const text = String(count).padStart(name.length + 2);
    if (name === 'lost' && count > 0) return paint.bad(text);
    return count === 0 && name !== 'lost' ? paint.zero(text) : text;
  };
  const line = (title: string, count: (name: (typeof COUNTS)[number]) => number) =>
    title.padEnd(width) + COUNTS.map((name) => cell(name, count(name))).join('');
  const sum = (name: (typeof COUNTS)[number]) => rows.reduce((total, row) => total + row[name], 0);
  return [
    paint.head(`${'link'.padEnd(width)}${COUNTS.map((name) => `  ${name}`).join('')}`),
    ...rows.map((row) => line(direction(row), (name) => row[name])),
    line('all links', sum),
  ];
}
