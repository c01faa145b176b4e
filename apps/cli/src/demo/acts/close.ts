import { setTimeout as pause } from 'node:timers/promises';
import { DemoFailure } from '../demo-failure.ts';
import { drawLedger, RECEIPTED, type LedgerRow } from '../ledger.ts';
import type { JournalLine } from '../stage/journal-line.ts';
import type { Stage } from '../stage/stage.ts';
import type { Day } from './day.ts';
import { verifyFolder, type Verification } from '../verify/verify-folder.ts';

const SETTLE_MS = 60_000;

/** Resolves when nothing is under way any more: every message has its receipt, every receipt has arrived. */
export async function settle(stage: Stage): Promise<void> {
  const end = Date.now() + SETTLE_MS;
  for (;;) {
    const open = await unsettled(stage);
    if (open === undefined) return;
    if (Date.now() > end) throw new DemoFailure(`Still under way after ${SETTLE_MS / 1000} s: ${open}.`);
    await pause(100);
  }
}

async function unsettled(stage: Stage): Promise<string | undefined> {
  for (const [key, party] of stage.parties) {
    const open = openIn(party.lines);
    if (open !== undefined) return `${key}: ${open}`;
  }
  for (const { id } of stage.agreements.links) {
    const waiting = (await stage.gateway.outbound(id)).find(({ state }) => !RECEIPTED.has(state));
    if (waiting) return `${id}: ${waiting.type} is ${waiting.state}`;
  }
  return undefined;
}

function openIn(lines: readonly JournalLine[]): string | undefined {
  const settled = new Set(
    lines.filter(({ event }) => event === 'accepted' || event === 'rejected').map((line) => (line as { messageId: string }).messageId),
  );
  const receipted = new Set(lines.filter((line) => line.event === 'receipted').map(({ messageId }) => messageId));
  for (const line of lines) {
    if (line.event !== 'offered' || line.forged) continue;
    if (!settled.has(line.messageId)) return `${line.kind} ${line.type} is not sent`;
    if (line.kind === 'message' && !receipted.has(line.messageId)) return `${line.type} has no receipt`;
  }
  return undefined;
}

export interface Closing {
  readonly gateway: string;
  readonly links: readonly LedgerRow[];
  readonly signatures: Verification;
}

/** Counts what went over every link and lets an outsider verify every signature. */
export async function closeBooks({ stage, programme, ids }: Day): Promise<Closing> {
  const { folder } = stage.options;
  await programme.step('everything under way has arrived and is receipted', () => settle(stage));
  const links = await drawLedger(stage);
  const lost = links.reduce((sum, row) => sum + row.lost, 0);
  programme.check('nothing is lost', lost === 0, `${links.reduce((sum, row) => sum + row.sent, 0)} messages, ${lost} lost`);
  const refused = [ids.mistakes, ids.forged];
  const astray = [...stage.parties.values()].flatMap((party) => party.delivered(({ source }) => refused.includes(source?.messageId ?? '')));
  programme.check('the refused and the forged message went to nobody', astray.length === 0);
  const signatures = await programme.step(
    'every signature verifies with jose and the public keys alone',
    async () => {
      const found = await verifyFolder(folder, [...stage.parties.keys()], stage.agreements.gateway);
      if (found.faults.length > 0) throw new DemoFailure(found.faults.join('; '));
      return found;
    },
    ({ messages, receipts, chains }) => `${messages} messages, ${receipts} receipts, ${chains} unbroken chains`,
  );
  return { gateway: stage.agreements.gateway, links, signatures };
}
