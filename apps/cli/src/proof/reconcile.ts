import { PostgresReconciliationStore } from '#adapters';
import { advised, Scope, type ReconciliationDifferences, type ReconciliationFilter, type ReconciliationState } from '#exchange';
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
  const found = await withDatabase((dataSource) =>
    new PostgresReconciliationStore(dataSource).list(Scope.everything, { ...filter, limit }),
  );
  const reconciliations = found.map(advised);
  if (json) terminal.json({ reconciliations });
  else {
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
    for (const [code, { title, action }] of new Map(reconciliations.flatMap((row) => (row.code ? [[row.code, row] as const] : [])))) {
      terminal.note(`${terminal.paintNote('red', code)}  ${title}`);
      terminal.note(`  ${terminal.paintNote('dim', 'do')}     ${action}`);
    }
  }
  return reconciliations.some(({ code }) => code !== undefined) ? EXIT.INVALID : EXIT.OK;
}

/** Of a contradicted day what each answer said, in the order in which they came. */
const differencesText = ({ differences, answers }: ReconciliationState): string | undefined =>
  answers
    ? answers.map((answer, i) => `answer ${i + 1}: ${answer.differences ? textOf(answer.differences) : 'agreed'}`).join(' | ')
    : differences && textOf(differences);

const textOf = ({ out, in: inward }: ReconciliationDifferences): string => [...named('sent', out), ...named('received', inward)].join('; ');

const named = (direction: string, { missingThere, missingHere, differing, unexplained }: Differences): string[] => [
  ...runs(`${direction}, missing there`, missingThere),
  ...runs(`${direction}, missing here`, missingHere),
  ...runs(`${direction}, differing`, differing),
  ...runs(`${direction}, differing somewhere in`, unexplained),
];

const runs = (what: string, list: readonly Run[]): string[] =>
  list.length === 0 ? [] : [`${what} ${list.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(' ')}`];
