import { PostgresReconciliationStore } from '#adapters';
import { Scope, type ReconciliationFilter, type ReconciliationState } from '#exchange';
import type { Differences, Run } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { withDatabase } from '../operations/database.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `landbridge log reconcile`. */
export async function listReconciliations(
  terminal: Terminal,
  { json, limit = 50, ...filter }: CommonOptions & Partial<ReconciliationFilter>,
): Promise<ExitCode> {
  const reconciliations = await withDatabase((dataSource) =>
    new PostgresReconciliationStore(dataSource).list(Scope.everything, { ...filter, limit }),
  );
  if (json) terminal.json({ reconciliations });
  else
    await terminal.table(
      ['day', 'link', 'state', 'sent', 'received', ...TIME_HEADS, 'differences'],
      reconciliations.map((row) => [
        row.day,
        row.link,
        row.state,
        row.sent,
        row.received,
        ...timeCells((row.answered ?? row.made).toISOString()),
        differencesText(row),
      ]),
    );
  return reconciliations.some(({ state }) => state === 'disagreed') ? EXIT.INVALID : EXIT.OK;
}

const differencesText = ({ differences }: ReconciliationState): string | undefined =>
  differences && [...named('sent', differences.out), ...named('received', differences.in)].join('; ');

const named = (direction: string, { missingThere, missingHere, differing, unexplained }: Differences): string[] => [
  ...runs(`${direction}, missing there`, missingThere),
  ...runs(`${direction}, missing here`, missingHere),
  ...runs(`${direction}, differing`, differing),
  ...runs(`${direction}, differing somewhere in`, unexplained),
];

const runs = (what: string, list: readonly Run[]): string[] =>
  list.length === 0 ? [] : [`${what} ${list.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(' ')}`];
