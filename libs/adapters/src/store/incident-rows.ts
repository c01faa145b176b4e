import type { FailedMessage, Incident, IncidentNote } from '#exchange';

export interface FailedRow {
  readonly subject: string;
  readonly to_state: string;
  readonly at: Date;
  readonly link: string;
  readonly type: string;
  readonly keys: string[];
  readonly mapping: FailedMessage['mapping'] | null;
  readonly issues: FailedMessage['issues'] | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly receipt: Buffer | null;
}

export const messageOf = ({ to_state: to, mapping, issues, code, reason, receipt, ...row }: FailedRow): FailedMessage => ({
  ...row,
  to,
  ...(mapping && { mapping }),
  ...(issues && { issues }),
  ...(code !== null && { code }),
  ...(reason !== null && { reason }),
  ...(receipt && { receipt }),
});

export interface IncidentRow {
  readonly id: string;
  readonly fingerprint: string;
  readonly stage: Incident['stage'];
  readonly link: string;
  readonly type: string;
  readonly code: string;
  readonly path: string;
  readonly reason: string | null;
  readonly state: Incident['state'];
  readonly changed_at: Date;
  readonly ignored_until: Date | null;
  readonly owner_id: string | null;
  readonly owner: string | null;
  readonly fixed_by: string | null;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly opened_at: Date;
  readonly repaired_at: Date | null;
  readonly count: string;
  readonly messages: string;
  readonly keys: string[];
  readonly mappings: string[];
  readonly came_back: number;
  readonly came_back_at: Date | null;
  readonly merged_into: string | null;
  readonly left_standing: number | null;
  /** Absent where a row is read for counting. */
  readonly links?: string[];
  readonly parts?: number;
  readonly hours?: number[];
}

export const incidentOf = (row: IncidentRow): Incident => ({
  id: row.id,
  fingerprint: row.fingerprint,
  stage: row.stage,
  link: row.link,
  type: row.type,
  code: row.code,
  path: row.path,
  ...(row.reason !== null && { reason: row.reason }),
  state: row.state,
  changedAt: row.changed_at,
  ...(row.ignored_until && { ignoredUntil: row.ignored_until }),
  ...(row.owner_id !== null && { owner: { id: row.owner_id, name: row.owner ?? '' } }),
  ...(row.fixed_by !== null && { fixedBy: row.fixed_by }),
  firstAt: row.first_at,
  lastAt: row.last_at,
  openedAt: row.opened_at,
  ...(row.repaired_at && { repairedAt: row.repaired_at }),
  count: Number(row.count),
  messages: Number(row.messages),
  keys: row.keys,
  mappings: row.mappings,
  cameBack: row.came_back,
  ...(row.came_back_at && { cameBackAt: row.came_back_at }),
  ...(row.merged_into !== null && { mergedInto: row.merged_into }),
  ...(row.left_standing !== null && { leftStanding: row.left_standing }),
  links: row.links ?? [row.link],
  parts: row.parts ?? 0,
  hours: row.hours ?? [],
});

export interface NoteRow extends Omit<IncidentNote, 'text' | 'value'> {
  readonly body: string;
  readonly value: string | null;
}

export const noteOf = ({ id, kind, value, body, author, at }: NoteRow): IncidentNote => ({
  id,
  kind,
  text: body,
  ...(value !== null && { value }),
  author,
  at,
});
