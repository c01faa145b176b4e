import {
  encodeLogEntry,
  leafHash,
  openLogRoot,
  readLogRoot,
  sha256,
  treeRoot,
  type KeyDirectory,
  type LogEntry,
  type LogRoot,
} from '#trust';
import type { LogSource, StoredRoot } from '../ports/message-log.port.ts';
import { compareKept } from './compare-kept.ts';
import { verifyAudit, type AuditMark } from './verify-audit.ts';

export interface LogFinding {
  readonly what: 'altered' | 'inserted' | 'removed' | 'unsigned';
  /** `root 12`, `entry 3401 (in message 0195… on keg)`, `inbox NSW/0195…`, `audit 7`. */
  readonly where: string;
  readonly detail: string;
}

export interface VerifyLogOptions {
  readonly directory: KeyDirectory;
  /** Roots that were kept elsewhere: each must stand in the log as it is. */
  readonly heads?: readonly Buffer[];
  /** Only intervals closed within; the chains of roots and audit are always checked as a whole. */
  readonly from?: Date;
  readonly to?: Date;
  readonly progress?: (entries: number) => void;
  /** Judges a time-stamp over the octets of a root; absent: tokens are not looked at. */
  readonly timestamp?: (token: Buffer, root: Buffer) => Promise<boolean>;
}

export interface LogReport {
  readonly findings: readonly LogFinding[];
  readonly roots: number;
  readonly entries: number;
  /** Entries that no root covers yet. */
  readonly open: number;
  readonly timestamps: number;
  readonly audit: number;
  readonly lastRoot?: { readonly sequence: number; readonly closed: string; readonly digest: string };
}

/**
 * Holds a log against its signed roots, and every entry against what is kept: finds whatever was altered, inserted or removed
 * and says where. Entries that no root covers yet are held against what is kept only. A log whose end was cut off together
 * with its roots shows against roots kept elsewhere (`heads`).
 */
export async function verifyLog(source: LogSource, options: VerifyLogOptions): Promise<LogReport> {
  const verification = new Verification(source, options);
  return verification.run();
}

class Verification {
  readonly #source: LogSource;
  readonly #options: VerifyLogOptions;
  readonly #findings: LogFinding[] = [];
  readonly #marks: AuditMark[] = [];
  readonly #heads: Map<number, string>;
  #entries = 0;
  #timestamps = 0;

  constructor(source: LogSource, options: VerifyLogOptions) {
    this.#source = source;
    this.#options = options;
    this.#heads = this.#readHeads(options.heads ?? []);
  }

  async run(): Promise<LogReport> {
    let before: { row: StoredRoot; root: LogRoot | undefined; digest: string } | undefined;
    let roots = 0;
    for await (const row of this.#source.roots()) {
      const root = this.#root(row, before);
      await this.#timestamp(row);
      // A root that says nothing believable is stepped over by what its row says, so that one fault is one finding.
      const after = before?.row.lastId ?? BEFORE_ALL;
      if (this.#within(row.closedAt)) await this.#interval(row, root, after);
      before = { row, root, digest: sha256(row.jws) };
      roots += 1;
    }
    this.#missingHeads(before?.row.sequence ?? 0);
    const covered = this.#entries;
    if (this.#within(undefined)) await this.#interval(undefined, undefined, before?.row.lastId ?? BEFORE_ALL);
    const open = this.#entries - covered;
    await this.#unlogged();
    const audit = await verifyAudit(this.#source.audit(), this.#marks, (finding) => this.#findings.push(finding));
    const last = before && {
      lastRoot: { sequence: before.row.sequence, closed: before.row.closedAt.toISOString(), digest: before.digest },
    };
    return { findings: this.#findings, roots, entries: this.#entries, open, timestamps: this.#timestamps, audit, ...last };
  }

  /** Signature, chain, and that the row says what the signed octets say. */
  #root(row: StoredRoot, before: { row: StoredRoot; root: LogRoot | undefined; digest: string } | undefined): LogRoot | undefined {
    const where = `root ${row.sequence}`;
    const expected = (before?.row.sequence ?? 0) + 1;
    if (row.sequence > expected) this.#found('removed', `root ${expected}`, `Roots before ${where} are missing.`);
    const digest = sha256(row.jws);
    const head = this.#heads.get(row.sequence);
    if (head !== undefined && head !== digest) this.#found('altered', where, 'A root of this number that was kept elsewhere is another.');
    const opened = openLogRoot(row.jws, this.#options.directory);
    if (!opened.ok) {
      this.#found('unsigned', where, `Its signature is not the gateway's (${opened.reason}).`);
      return undefined;
    }
    const { root } = opened;
    this.#marks.push({ ...root.audit, root: row.sequence });
    const chained = row.sequence > expected || root.previous === before?.digest;
    if (root.sequence !== row.sequence || !chained) this.#found('altered', where, 'It does not follow the root before it.');
    else if (root.entries.last !== row.lastId || root.closed !== row.closedAt.toISOString())
      this.#found('altered', where, 'Its row says something else than its signed octets.');
    else if (
      before?.root &&
      row.sequence === expected &&
      (root.entries.after !== before.root.entries.last || root.total !== before.root.total + root.entries.size)
    )
      this.#found('altered', where, 'Its interval does not begin where the one before ended.');
    return root;
  }

  async #timestamp({ sequence, jws, token }: StoredRoot): Promise<void> {
    const { timestamp } = this.#options;
    if (!token) return;
    this.#timestamps += 1;
    if (timestamp && !(await timestamp(token, jws)))
      this.#found('altered', `timestamp of root ${sequence}`, 'The time-stamp is not about this root, or not of the configured authority.');
  }

  /** The entries of one interval, or of the open one behind the last root. */
  async #interval(row: StoredRoot | undefined, root: LogRoot | undefined, after: number): Promise<void> {
    const leaves: Buffer[] = [];
    const faults = this.#findings.length;
    for await (const page of this.#source.entries(after, root?.entries.last ?? row?.lastId ?? Number.MAX_SAFE_INTEGER)) {
      for (const entry of page) leaves.push(leafHash(encodeLogEntry(entry)));
      await this.#compare(page);
      this.#entries += page.length;
      this.#options.progress?.(page.length);
    }
    if (!row || !root) return;
    const { size, tree } = root.entries;
    if (leaves.length === size && treeRoot(leaves).toString('base64url') === tree) return;
    const what = leaves.length > size ? 'inserted' : leaves.length < size ? 'removed' : 'altered';
    const named = this.#findings.length > faults ? ' The entries concerned are named above.' : '';
    const detail = `Entries above ${root.entries.after} up to ${root.entries.last}: ${size} were signed, ${leaves.length} are there.${named}`;
    this.#found(what, `interval of root ${row.sequence}`, detail);
  }

  async #compare(page: readonly LogEntry[]): Promise<void> {
    const kept = await this.#source.kept?.(page);
    if (!kept) return;
    for (const entry of page) {
      const fault = compareKept(entry, kept.get(entry.id));
      if (fault) this.#found(fault.what, describe(entry), fault.detail);
    }
  }

  async #unlogged(): Promise<void> {
    for await (const { table, link, messageId } of this.#source.unlogged?.() ?? nothing())
      this.#found(
        'removed',
        `entry of ${table} ${messageId}${link === undefined ? '' : ` on ${link}`}`,
        'It is kept and not in the log: the entry was removed, or the row inserted.',
      );
  }

  #readHeads(heads: readonly Buffer[]): Map<number, string> {
    const read = new Map<number, string>();
    for (const jws of heads) {
      const opened = openLogRoot(jws, this.#options.directory);
      if (opened.ok) read.set(opened.root.sequence, sha256(jws));
      else
        this.#found(
          'unsigned',
          `root ${readLogRoot(jws)?.sequence ?? '?'} kept elsewhere`,
          `Its signature is not the gateway's (${opened.reason}).`,
        );
    }
    return read;
  }

  #missingHeads(last: number): void {
    const cut = [...this.#heads.keys()].filter((sequence) => sequence > last).sort((a, b) => b - a)[0];
    if (cut !== undefined) this.#found('removed', `root ${last + 1}`, `Root ${cut} was kept elsewhere; the log ends with root ${last}.`);
  }

  /** The open interval counts as closed now. */
  #within(closed: Date | undefined): boolean {
    const { from, to } = this.#options;
    if (closed === undefined) return to === undefined;
    return (from === undefined || closed >= from) && (to === undefined || closed <= to);
  }

  #found(what: LogFinding['what'], where: string, detail: string): void {
    this.#findings.push({ what, where, detail });
  }
}

/** A place below the first was given by nobody, and is looked at all the same. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

const describe = ({ id, direction, kind, messageId, link }: LogEntry): string =>
  `entry ${id} (${direction} ${kind} ${messageId} on ${link})`;

async function* nothing(): AsyncGenerator<never> {}
