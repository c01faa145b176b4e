import { PostgresReconciliationStore } from '#adapters';
import { advised, Scope, type ReconciliationDifferences, type ReconciliationFilter, type ReconciliationState } from '#exchange';
import type { Differences, Run } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { withDatabase } from '../operations/database.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `landbridge log reconcile`. */
export async function listReconciliations(
  terminal: Terminal,
  { json, url, token, limit = 50, ...filter }: CommonOptions & GatewayOptions & Partial<ReconciliationFilter>,
): Promise<ExitCode> {
  const reconciliations =
    url === undefined && token === undefined
      ? (await withDatabase((dataSource) => new PostgresReconciliationStore(dataSource).list(Scope.everything, { ...filter, limit }))).map(
          advised,
        )
      : await asked({ ...(url !== undefined && { url }), ...(token !== undefined && { token }) }, { ...filter, limit });
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

type Advised = ReturnType<typeof advised>;

/** As the gateway shows them to whoever has the right. */
async function asked(gateway: GatewayOptions, filter: ReconciliationFilter): Promise<readonly Advised[]> {
  const query = new URLSearchParams(Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]));
  type Told = Omit<Advised, 'made' | 'answered'> & { readonly made: string; readonly answered?: string };
  const { body } = await new GatewayClient(gateway).get<{ reconciliations: readonly Told[] }>(`/api/reconciliations?${query.toString()}`);
  return body.reconciliations.map(({ made, answered, ...row }) => ({
    ...row,
    made: new Date(made),
    ...(answered !== undefined && { answered: new Date(answered) }),
  }));
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
