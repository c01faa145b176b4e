import { durationOf, keysMeant, momentOf, type Chip, type QueryField } from '#exchange';
import { INBOUND_MOVES, OUTBOUND_MOVES } from '#model';

export type Direction = 'in' | 'out';

/** States of messages that are not settled: the partial indexes `inbox_notable…` and `delivery_notable…` hold exactly these. */
export const NOTABLE_IN: readonly string[] = ['received', 'refused', 'parked', 'quarantined'];
const SETTLED_OUT: readonly string[] = ['stored', 'valid', 'accepted', 'closed'];
export const NOTABLE_OUT: readonly string[] = Object.keys(OUTBOUND_MOVES).filter((state) => !SETTLED_OUT.includes(state));
/** States in which the deadline still means something. */
const OPEN_OUT: readonly string[] = ['ready', 'publishing', 'published', 'retrying', 'unknown'];

/** Which index a list walks, best first; the other conditions are looked at on the way. */
const DRIVES = ['ids', 'keys', 'notable', 'findings', 'type', 'link'] as const;
/** Messages of incidents looked at. */
const INCIDENT_MEMBERS = 10_000;
type Drive = (typeof DRIVES)[number];

export interface Criteria {
  /** Nothing can fit. */
  readonly nothing: boolean;
  readonly drive: Drive | 'time';
  /** Conditions an index answers. */
  readonly where: readonly string[];
  /** Conditions checked on each row that the index gives. */
  readonly rest: readonly string[];
  readonly values: readonly unknown[];
}

export interface Known {
  readonly now: Date;
  /** Links of a partner; none for a partner unknown. */
  readonly linksOf: (partner: string) => readonly string[];
  /** Types there are of messages in this direction. */
  readonly types: readonly string[];
  /** Links of whoever asks; undefined: all. */
  readonly scope: readonly string[] | undefined;
}

/** Turns chips into conditions for one direction. Values go in as parameters; states are names of the model. */
export function criteriaFor(direction: Direction, chips: readonly Chip[], known: Known): Criteria {
  const builder = new Builder(direction, known);
  if (known.scope !== undefined) builder.links(known.scope, false);
  for (const chip of chips) builder.add(chip);
  return builder.finish();
}

const quote = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

class Builder {
  readonly values: unknown[] = [];
  readonly #direction: Direction;
  readonly #known: Known;
  readonly #window: { operator: string; at: Date }[] = [];
  readonly #rest: string[] = [];
  readonly #drives = new Map<Drive, string>();
  /** Parameter of the first condition for one link. */
  #link: string | undefined;
  #nothing = false;

  constructor(direction: Direction, known: Known) {
    this.#direction = direction;
    this.#known = known;
  }

  add({ field, values, not }: Chip): void {
    this.#fields[field](values, not);
  }

  links(links: readonly string[], not: boolean): void {
    if (links.length === 0 && !not) this.#nothing = true;
    else if (links.length === 1 && !not && this.#link === undefined) this.#link = this.#value(links[0]);
    else this.#rest.push(`${this.#row}.link ${not ? '<> ALL' : '= ANY'} (${this.#value(links)}::text[])`);
  }

  finish(): Criteria {
    const drive = DRIVES.find((candidate) => (candidate === 'link' ? this.#link !== undefined : this.#drives.has(candidate)));
    // The same time stands with the message and with its delivery: the one beside the index in use.
    const delivered = drive === 'notable' || drive === 'findings';
    const time = this.#in ? 'i.received_at' : delivered ? 'd.created_at' : 'o.created_at';
    const window = this.#window.map(({ operator, at }) => `${time} ${operator} ${this.#value(at)}`);
    // What is not settled has an index by link as well; there, too, the link is the one beside the index.
    const table = delivered && !this.#in ? 'd' : this.#row;
    if (this.#link !== undefined) this.#drives.set('link', `${table}.link = ${this.#link}`);
    const indexed: readonly (Drive | undefined)[] = drive === 'notable' ? ['notable', 'link'] : [drive];
    const conditions = (byIndex: boolean) =>
      [...this.#drives].flatMap(([name, condition]) => (indexed.includes(name) === byIndex ? [condition] : []));
    return {
      nothing: this.#nothing,
      drive: drive ?? 'time',
      where: [...window, ...conditions(true)],
      rest: [...conditions(false), ...this.#rest],
      values: this.values,
    };
  }

  readonly #fields: Readonly<Record<QueryField, (values: readonly string[], not: boolean) => void>> = {
    state: (values, not) => this.#states(values, not),
    partner: (values, not) => this.links(values.flatMap(this.linksOf), not),
    link: (values, not) => this.links(values, not),
    direction: ([value]) => {
      if (value !== this.#direction) this.#nothing = true;
    },
    type: (values, not) => this.#types(values, not),
    key: (values, not) => this.#keys(values, not),
    id: (values) => this.#ids(values, []),
    conversation: (values) => this.#ids([], values),
    code: (values, not) => this.#codes(values, not),
    mapping: (values, not) => this.#mappings(values, not),
    incident: (values) => this.#incidents(values),
    since: ([value = '']) => this.#window.push({ operator: '>=', at: momentOf(value, this.#known.now) }),
    until: ([value = '']) => this.#window.push({ operator: '<', at: momentOf(value, this.#known.now) }),
    attempts: ([value]) => {
      if (this.#in) this.#nothing ||= Number(value) > 0;
      else this.#rest.push(`d.attempt >= ${this.#value(Number(value))}`);
    },
    deadline: ([value = '']) => {
      if (this.#in) return void (this.#nothing = true);
      const until = this.#value(new Date(this.#known.now.getTime() + durationOf(value)));
      this.#rest.push(`d.deadline < ${until}`);
      this.#states(OPEN_OUT, false);
    },
    test: ([value]) => this.#rest.push(`${value === 'yes' ? '' : 'NOT '}${this.#row}.test`),
    text: ([value = '']) => this.#text(value),
  };

  get #in(): boolean {
    return this.#direction === 'in';
  }

  get #row(): 'i' | 'o' {
    return this.#in ? 'i' : 'o';
  }

  get linksOf(): (partner: string) => readonly string[] {
    return this.#known.linksOf;
  }

  #value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** A second condition of one kind is looked at on the way. */
  #drive(drive: Drive, condition: string): void {
    if (this.#drives.has(drive)) this.#rest.push(condition);
    else this.#drives.set(drive, condition);
  }

  #states(values: readonly string[], not: boolean): void {
    const all = Object.keys(this.#in ? INBOUND_MOVES : OUTBOUND_MOVES);
    const wanted = all.filter((state) => values.includes(state) !== not);
    const notable = this.#in ? NOTABLE_IN : NOTABLE_OUT;
    const column = this.#in ? 'i.state' : 'd.state';
    if (wanted.length === 0) this.#nothing = true;
    else if (wanted.length === all.length) return;
    else if (wanted.every((state) => notable.includes(state))) this.#drive('notable', `${column} IN (${quote(wanted)})`);
    else this.#rest.push(`${column} IN (${quote(wanted)})`);
  }

  /** `MT1101` means every type of that name, `cn-manifest/*` all of a family. */
  #types(values: readonly string[], not: boolean): void {
    const tests = values.map((value) => value.toLowerCase());
    const meant = this.#known.types.filter((type) => tests.some((test) => isType(type.toLowerCase(), test)));
    if (meant.length === 0 && !not) this.#nothing = true;
    else if (meant.length === 1 && !not) this.#drive('type', `${this.#row}.type = ${this.#value(meant[0])}`);
    else this.#rest.push(`${this.#row}.type ${not ? '<> ALL' : '= ANY'} (${this.#value(meant)}::text[])`);
  }

  #keys(values: readonly string[], not: boolean): void {
    const prefixes = values.filter((value) => value.endsWith('*')).map((value) => value.slice(0, -1));
    const exact = [...new Set(values.filter((value) => !value.endsWith('*')).flatMap(keysMeant))];
    const overlap = `${this.#row}.business_keys && ${this.#value(exact)}::text[]`;
    if (prefixes.length === 0 && !not) return this.#drive('keys', this.#in ? overlap : `${overlap} AND o.business_keys <> '{}'`);
    const begins = `EXISTS (SELECT 1 FROM unnest(${this.#row}.business_keys) AS k, unnest(${this.#value(prefixes)}::text[]) AS p
      WHERE starts_with(k, p) OR starts_with(substring(k FROM position(':' IN k) + 1), p))`;
    this.#rest.push(`${not ? 'NOT ' : ''}(${overlap} OR ${begins})`);
  }

  #text(value: string): void {
    const id = value.toLowerCase();
    if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id)) this.#ids([id], [id]);
    else this.#keys([value.endsWith('*') ? value.replace(/\*+$/, '') : value], false);
  }

  /** Messages of these ids, and of these conversations. A conversation has the id of its first message, as a rule. */
  #ids(ids: readonly string[], conversations: readonly string[]): void {
    const all = `${this.#value([...ids, ...conversations])}::text[]`;
    const named = `SELECT s.sender, m.id FROM (${SENDERS}) AS s CROSS JOIN unnest(${all}) AS m (id)`;
    const talks = (): string => `SELECT c.sender, c.message_id FROM inbox c
      WHERE c.conversation_id = ANY (${this.#value(conversations)}::text[]) AND c.conversation_id <> c.message_id`;
    const inbound = conversations.length > 0 ? `${named} UNION ${talks()}` : named;
    if (this.#in) return this.#drive('ids', `(i.sender, i.message_id) IN (${inbound})`);
    if (conversations.length === 0) return this.#drive('ids', `o.message_id = ANY (${all})`);
    const made = `SELECT p.id FROM outbox p WHERE p.source_message_id IN (SELECT f.id FROM (${inbound}) AS f (sender, id))`;
    this.#drive('ids', `o.id IN (SELECT p.id FROM outbox p WHERE p.message_id = ANY (${all}) UNION ${made})`);
  }

  /** The newest of a large one: what it counts is listed, not read through. */
  #incidents(values: readonly string[]): void {
    const wanted = `${this.#value(values)}::bigint[]`;
    const members = `SELECT m.sender, m.message_id FROM incident_message m WHERE m.incident IN (
        SELECT g.id FROM incident g WHERE g.id = ANY (${wanted}) OR g.merged_into = ANY (${wanted}))
      AND starts_with(m.subject, '${this.#in ? 'in' : 'out'}:') ORDER BY m.last_at DESC LIMIT ${INCIDENT_MEMBERS}`;
    if (this.#in) this.#drive('ids', `(i.sender, i.message_id) IN (${members})`);
    else this.#drive('ids', `o.message_id IN (SELECT message_id FROM (${members}) AS member)`);
  }

  #codes(values: readonly string[], not: boolean): void {
    const wanted = `${this.#value(values)}::text[]`;
    const condition = this.#in
      ? `EXISTS (SELECT 1 FROM jsonb_array_elements(i.issues) AS x WHERE x ->> 'code' = ANY (${wanted}))`
      : `coalesce(d.last_code = ANY (${wanted}), false)`;
    this.#rest.push(`${not ? 'NOT ' : ''}${condition}`);
    if (!not) this.#drive('findings', this.#in ? `i.issues <> '[]'::jsonb` : 'd.last_code IS NOT NULL');
  }

  /** `id` of any version, or `id@version`. */
  #mappings(values: readonly string[], not: boolean): void {
    const wanted = `${this.#value(values)}::text[]`;
    const mapping = `${this.#row}.mapping`;
    const condition = `coalesce(${mapping} ->> 'id' = ANY (${wanted}) OR (${mapping} ->> 'id') || '@' || (${mapping} ->> 'version') = ANY (${wanted}), false)`;
    this.#rest.push(`${not ? 'NOT ' : ''}${condition}`);
  }
}

function isType(type: string, test: string): boolean {
  if (test.endsWith('*')) return type.startsWith(test.slice(0, -1)) || type.slice(type.lastIndexOf('/') + 1).startsWith(test.slice(0, -1));
  return type === test || type.endsWith(`/${test}`);
}

/** Every sender there is, one look into the primary key each: few, while messages are millions. */
const SENDERS = `WITH RECURSIVE walk (sender) AS (
  (SELECT sender FROM inbox ORDER BY sender LIMIT 1)
  UNION ALL
  SELECT (SELECT n.sender FROM inbox n WHERE n.sender > walk.sender ORDER BY n.sender LIMIT 1) FROM walk WHERE walk.sender IS NOT NULL
) SELECT sender FROM walk WHERE sender IS NOT NULL`;

const distinctTypes = (table: 'inbox' | 'outbox', filter: string): string => `WITH RECURSIVE walk (type) AS (
  (SELECT type FROM ${table} WHERE ${filter} ORDER BY type LIMIT 1)
  UNION ALL
  SELECT (SELECT n.type FROM ${table} n WHERE n.type > walk.type AND ${filter} ORDER BY n.type LIMIT 1) FROM walk WHERE walk.type IS NOT NULL
) SELECT type FROM walk WHERE type IS NOT NULL`;

/** Every type there is, by the same way. */
export const TYPES_OF: Readonly<Record<Direction, string>> = {
  in: distinctTypes('inbox', 'true'),
  out: distinctTypes('outbox', `kind = 'message'`),
};
