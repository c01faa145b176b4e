import type { Cell } from '../terminal/terminal.ts';
import type { LedgerRow } from './ledger.ts';

export const LEDGER_HEADS = [
  'link',
  'from',
  'to',
  'sent',
  'delivered',
  'receipted',
  'refused',
  'quarantined',
  'duplicates',
  'lost',
] as const;

export const ledgerCells = (row: LedgerRow): Cell[] => LEDGER_HEADS.map((head) => row[head]);
