import { Client } from 'pg';
import type { ChaosLine } from './journal-lines.ts';

/** Where the gateway's tables and the parties' journals tell different stories. All must be zero. */
export interface TableFindings {
  /** A message that the broker or a receipt confirmed to its source is not in the inbox. */
  readonly acceptedNotKept: number;
  /** The inbox holds a message nobody offered, or one that is not routed. */
  readonly keptNotOffered: number;
  /** A delivered message is not in the outbox, or with another manifest. */
  readonly deliveredNotKept: number;
  /** The outbox says a message went out that its receiver never got. */
  readonly publishedNotDelivered: number;
  /** A delivered message without a line in the audit. */
  readonly deliveredWithoutAudit: number;
  /** Links whose sequence has a gap or repetition, or whose head is not the last message. */
  readonly brokenChains: number;
  /** A receiver's receipt reached the broker and the delivery does not show it. */
  readonly receiptsIgnored: number;
}
export interface TablesCheck {
  readonly findings: TableFindings;
  /** `receiver source/message` of deliveries that still wait to be sent: stuck rather than lost. */
  readonly pending: readonly string[];
}

interface OutboxRow {
  readonly message_id: string;
  readonly link: string;
  readonly link_sequence: string;
  readonly manifest_digest: string;
  readonly source: string;
  readonly state: string;
  readonly audited: boolean;
}

const WAITING = new Set(['ready', 'retrying', 'publishing']);
/** States of a delivery that went out. */
const OUT = new Set(['published', 'unknown', 'stored', 'valid', 'accepted', 'refused']);

/** How many deliveries wait to be sent or are being sent. */
export async function unpublished(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ count: string }>(
      `SELECT count(*) FROM delivery WHERE state IN ('ready', 'retrying', 'publishing')`,
    );
    return Number(rows[0]?.count ?? 0);
  });
}

/** How much the gateway set aside as not believable. */
export async function quarantined(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM quarantine');
    return Number(rows[0]?.count ?? 0);
  });
}

/** Compares the tables with the journals, independently of the oracle. `partnerOf` names the receiver at the end of a link. */
export async function compareTables(
  url: string,
  journals: readonly (readonly ChaosLine[])[],
  partnerOf: (link: string) => string,
): Promise<TablesCheck> {
  return withClient(url, async (client) => {
    const inbox = (await client.query<{ key: string; state: string }>(`SELECT sender || '/' || message_id AS key, state FROM inbox`)).rows;
    const outbox = (await client.query<OutboxRow>(OUTBOX)).rows;
    const heads = (await client.query<{ link: string; sequence: string; manifest_digest: string }>('SELECT * FROM link_head')).rows;
    const lines = journals.flat();
    const kept = new Map(inbox.map(({ key, state }) => [key, state]));
    const rows = new Map(outbox.map((row) => [row.message_id, row]));
    const offered = new Set(lines.flatMap((line) => (line.event === 'offered' ? [`${line.party}/${line.messageId}`] : [])));
    const proven = new Set(
      lines.flatMap((line) => (line.event === 'accepted' || line.event === 'receipted' ? [`${line.party}/${line.messageId}`] : [])),
    );
    const delivered = lines.flatMap((line) => (line.event === 'delivered' && !line.repeated ? [line] : []));
    const deliveredIds = new Set(delivered.map(({ messageId }) => messageId));
    const answered = lines.flatMap((line) => (line.event === 'answered' && line.how === 'sent' ? [line.messageId] : []));
    const findings = {
      acceptedNotKept: [...proven].filter((key) => !kept.has(key)).length,
      keptNotOffered: inbox.filter(({ key, state }) => !offered.has(key) || state !== 'routed').length,
      deliveredNotKept: delivered.filter((line) => rows.get(line.messageId)?.manifest_digest !== line.manifestDigest).length,
      publishedNotDelivered: outbox.filter(({ message_id, state }) => OUT.has(state) && !deliveredIds.has(message_id)).length,
      deliveredWithoutAudit: [...deliveredIds].filter((id) => rows.get(id)?.audited !== true).length,
      brokenChains: heads.filter((head) => !isWhole(head, outbox)).length,
      receiptsIgnored: [...new Set(answered)].filter((id) => rows.get(id)?.state !== 'valid').length,
    };
    const pending = outbox.filter(({ state }) => WAITING.has(state)).map(({ link, source }) => `${partnerOf(link)} ${source}`);
    return { findings, pending };
  });
}

const OUTBOX = `
SELECT o.message_id, o.link, o.link_sequence, o.manifest_digest, o.source_sender || '/' || o.source_message_id AS source, d.state,
       EXISTS (SELECT 1 FROM event e WHERE e.subject = 'out:' || o.message_id) AS audited
  FROM outbox o JOIN delivery d USING (id) WHERE o.kind = 'message'`;

function isWhole(head: { link: string; sequence: string; manifest_digest: string }, outbox: readonly OutboxRow[]): boolean {
  const chain = outbox.filter(({ link }) => link === head.link).sort((a, b) => Number(a.link_sequence) - Number(b.link_sequence));
  const last = chain.at(-1);
  if (!last) return Number(head.sequence) === 0;
  return (
    chain.every(({ link_sequence }, index) => Number(link_sequence) === index + 1) &&
    Number(head.sequence) === chain.length &&
    head.manifest_digest === last.manifest_digest
  );
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
