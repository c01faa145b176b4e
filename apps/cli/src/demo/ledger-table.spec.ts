import { ledgerLines } from './ledger-table.ts';
import type { LedgerRow } from './ledger.ts';

const row = (from: string, to: string, counts: Partial<LedgerRow>): LedgerRow => ({
  link: 'lsw',
  from,
  to,
  sent: 0,
  delivered: 0,
  receipted: 0,
  refused: 0,
  quarantined: 0,
  duplicates: 0,
  lost: 0,
  ...counts,
});
const plain = { head: (text: string) => text, zero: (text: string) => text, bad: (text: string) => `!${text}` };

test('one line a direction, numbers under their heads, and a sum', () => {
  expect(ledgerLines([row('LSW', 'LBG', { sent: 4, delivered: 3 }), row('LBG', 'LSW', { sent: 33, delivered: 33 })], 'LBG', plain)).toEqual(
    [
      'link           sent  delivered  receipted  refused  quarantined  duplicates  lost',
      'LSW → gateway     4          3          0        0            0           0     0',
      'gateway → LSW    33         33          0        0            0           0     0',
      'all links        37         36          0        0            0           0     0',
    ],
  );
});

test('a loss stands out', () => {
  const [, line] = ledgerLines([row('LSW', 'LBG', { sent: 2, delivered: 1, lost: 1 })], 'LBG', plain);
  expect(line).toMatch(/!\s+1$/);
});
