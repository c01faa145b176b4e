import type { MessageLine } from '#exchange';
import { join } from 'node:path';
import { readJournal, type Delivered, type JournalLine, type Offered } from './stage/journal-line.ts';
import type { Stage } from './stage/stage.ts';

/** What went over one link in one direction, counted from the journals at both ends of it. */
export interface LedgerRow {
  readonly link: string;
  readonly from: string;
  readonly to: string;
  /** Messages the sender committed itself to. */
  readonly sent: number;
  /** Of these, kept by the receiver, each counted once. */
  readonly delivered: number;
  /** Of these, answered by a signed receipt that the sender verified. */
  readonly receipted: number;
  /** Answered by a receipt that refuses, with reasons. */
  readonly refused: number;
  /** Not believed: signature false. */
  readonly quarantined: number;
  /** Deliveries of the same message again, recognised and without effect. */
  readonly duplicates: number;
  readonly lost: number;
}

/** Two rows a link. The gateway's word is taken only for what it sent; that it arrived stands in the partner's journal. */
export async function drawLedger(stage: Stage): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for (const { id, partner } of stage.agreements.links) {
    const journal = await readJournal(join(stage.options.folder, partner));
    rows.push(towardsGateway(id, partner, stage.agreements.gateway, journal));
    rows.push(fromGateway(id, stage.agreements.gateway, partner, journal, await stage.gateway.outbound(id)));
  }
  return rows;
}

function towardsGateway(link: string, from: string, to: string, journal: readonly JournalLine[]): LedgerRow {
  const offered = journal.filter((line): line is Offered => line.event === 'offered' && line.kind === 'message');
  const sound = new Set(offered.filter(({ forged }) => !forged).map(({ messageId }) => messageId));
  const receipts = journal.filter((line) => line.event === 'receipted');
  const ids = (level: string, status?: string) =>
    new Set(
      receipts
        .filter((line) => line.levels.includes(level) && (status === undefined || line.status === status))
        .map(({ messageId }) => messageId),
    );
  const accepted = journal.filter((line) => line.event === 'accepted' && line.kind === 'message' && sound.has(line.messageId)).length;
  const delivered = ids('R1').size;
  return {
    link,
    from,
    to,
    sent: offered.length,
    delivered,
    receipted: ids('R2').size,
    refused: ids('R2', 'refused').size,
    quarantined: offered.length - sound.size,
    duplicates: accepted - sound.size,
    lost: sound.size - delivered,
  };
}

function fromGateway(link: string, from: string, to: string, journal: readonly JournalLine[], outbound: readonly MessageLine[]): LedgerRow {
  const sent = new Set(outbound.map(({ messageId }) => messageId));
  const lines = journal.filter((line): line is Delivered => line.event === 'delivered');
  const kept = new Set(lines.filter(({ messageId }) => sent.has(messageId)).map(({ messageId }) => messageId));
  const receipted = outbound.filter(({ state }) => RECEIPTED.has(state));
  return {
    link,
    from,
    to,
    sent: sent.size,
    delivered: kept.size,
    receipted: receipted.length,
    refused: outbound.filter(({ state }) => state === 'refused').length,
    quarantined: journal.filter((line) => line.event === 'unproven').length,
    duplicates: lines.filter(({ repeated }) => repeated).length,
    lost: sent.size - kept.size,
  };
}

/** States of an outbound message that a technical receipt of the partner, at least, has settled. */
export const RECEIPTED: ReadonlySet<string> = new Set(['valid', 'accepted', 'refused', 'closed']);
