/** Which keys are about one shipment: container ↔ bill ↔ note ↔ declaration, as the messages themselves put them together. */
import { isCarrier } from '../key-groups.ts';
import type { LinkedKey } from '../ports/message-view.port.ts';

/** What a message says belongs together. */
export interface KeyStatement {
  readonly messageId: string;
  readonly keys: readonly string[];
  /** Places in `keys`; absent: the message says of no two keys that they belong together. */
  readonly groups: readonly (readonly number[])[];
}

export const LINK_LIMITS = { hops: 3, keys: 100, messages: 400 } as const;

const schemeOf = (key: string): string => key.slice(0, key.indexOf(':'));

/**
 * Grows from the keys asked for, one hop a call of `step`. Two rules keep a timeline to one shipment:
 *
 * - a carrier (train, wagon, voyage) is named and never followed: it carries other goods, too;
 * - no way from the start goes through two keys of one scheme: from a bill to its container, and not on to the other bills
 *   in that container; from a note to its containers, and not to the notes those travelled under before.
 */
export class KeyLinks {
  readonly #found = new Map<string, LinkedKey & { readonly schemes: ReadonlySet<string> }>();
  #frontier: string[] = [];
  #hops = 0;
  readonly #cut = new Set<'keys' | 'hops'>();

  constructor(start: readonly string[]) {
    // One number may be meant in several schemes: none of them shuts out another's way.
    for (const key of start.slice(0, LINK_LIMITS.keys)) {
      this.#found.set(key, { key, role: isCarrier(key) ? 'carrier' : 'goods', hops: 0, schemes: new Set([schemeOf(key)]) });
      if (!isCarrier(key)) this.#frontier.push(key);
    }
  }

  /** Goods keys whose messages have not been read; empty: done. */
  get frontier(): readonly string[] {
    return this.#frontier;
  }

  get keys(): readonly LinkedKey[] {
    return [...this.#found.values()].map(({ schemes: _, ...key }) => key);
  }

  /** Every goods key so far. */
  get goods(): readonly string[] {
    return this.keys.flatMap(({ key, role }) => (role === 'goods' ? [key] : []));
  }

  get truncated(): readonly ('keys' | 'hops')[] {
    return [...this.#cut];
  }

  /** Takes what the messages of the frontier say. */
  step(statements: readonly KeyStatement[]): void {
    const before = new Set(this.#frontier);
    this.#frontier = [];
    this.#hops += 1;
    for (const statement of statements) {
      this.#carriers(statement, before);
      for (const group of statement.groups) this.#group(statement, group, before);
    }
    if (this.#hops < LINK_LIMITS.hops || this.#frontier.length === 0) return;
    this.#cut.add('hops');
    this.#frontier = [];
  }

  #group({ messageId, keys }: KeyStatement, group: readonly number[], before: ReadonlySet<string>): void {
    const members = group.flatMap((place) => keys[place] ?? []);
    for (const from of members.filter((key) => before.has(key))) for (const key of members) this.#add(key, from, messageId);
  }

  /** The train and the voyage of a message that names the goods; wagons come with their group. */
  #carriers({ messageId, keys }: KeyStatement, before: ReadonlySet<string>): void {
    const from = keys.find((key) => before.has(key));
    if (from !== undefined) for (const key of keys) if (isCarrier(key) && schemeOf(key) !== 'wagon') this.#add(key, from, messageId);
  }

  #add(key: string, from: string, messageId: string): void {
    const way = this.#found.get(from);
    if (!way || this.#found.has(key) || way.schemes.has(schemeOf(key))) return;
    if (this.#found.size >= LINK_LIMITS.keys) return void this.#cut.add('keys');
    const role = isCarrier(key) ? 'carrier' : 'goods';
    const schemes = new Set([...way.schemes, schemeOf(key)]);
    this.#found.set(key, { key, role, hops: way.hops + 1, via: { key: from, messageId }, schemes });
    if (role === 'goods') this.#frontier.push(key);
  }
}
