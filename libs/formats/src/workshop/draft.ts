/** An overlay in the making: what counts so far, and the file it makes. */
import type { TextFile } from '../mapping/codelists.ts';
import type { CompiledMapping, Rule } from '../mapping/rules.ts';
import type { Edit, Layout, Proposal } from './proposal.ts';

/** What stands behind a key of the overlay. */
interface Place {
  readonly settings: Map<string, string>;
  readonly why: string[];
  readonly below: Map<string, Place>;
  /** Its settings begin with `$`. */
  group: boolean;
}

interface Columns {
  readonly rule: Rule;
  readonly bounds: { min: number; max: number; filtered: boolean }[];
}

interface PartnerList {
  readonly base: string;
  readonly places: Set<string>;
  readonly codes: Map<string, number>;
}

/** Collects edits; paths come in the names of the overlay as it is, and are kept in those of the base. */
export class OverlayDraft {
  readonly #renames = new Map<string, string>();
  readonly #root: Place;
  readonly #bounds = new Map<string, Columns>();
  readonly #lists = new Map<string, PartnerList>();
  readonly #whys: string[] = [];
  #namespace: string | undefined;

  /** `id`: of the overlay. `prefix`: of the partner's code lists, `PORTX` for `PORTX-CN012`. */
  constructor(
    readonly base: CompiledMapping,
    readonly id: string,
    readonly prefix: string,
  ) {
    this.#root = place();
  }

  /** The path in the names of the base. */
  toBase(path: string): string {
    let base = '';
    for (const key of path.split('/')) {
      const above = base === '' ? '' : `${base}/`;
      const renamed = [...this.#renames].find(
        ([from, name]) => name === key && from.startsWith(above) && !from.slice(above.length).includes('/'),
      );
      base = renamed?.[0] ?? above + key;
    }
    return base;
  }

  add(proposal: Proposal, edit: Edit): void {
    const why = `${proposal.kind}: ${proposal.why}`;
    switch (edit.what) {
      case 'rename':
        this.#renames.set(this.toBase(edit.path), edit.name);
        this.#whys.push(`${this.toBase(edit.path)}: ${proposal.why}`);
        return;
      case 'namespace':
        this.#namespace = edit.namespace;
        this.#whys.push(`namespace: ${proposal.why}`);
        return;
      case 'setting':
        return this.#set(edit.path, edit.name, edit.value, why, edit.name.startsWith('$'));
      case 'bounds':
        return this.#bound(edit, why);
      case 'add':
        return this.#layOut(edit, why);
      case 'list':
        return this.#list(edit, why);
    }
  }

  /** The overlay as a mapping file; `asked` are proposals that wait for a person's word. */
  text(asked: readonly Proposal[]): string {
    const { base, id } = this;
    const decisions = asked.filter(({ standing }) => standing === 'decision' || standing === 'open');
    return [
      `# ${base.type} as this partner writes it: only what differs from ${base.ref.id}. Made by landbridge workshop of samples, to be read by a person.`,
      `mapping: ${id}`,
      `extends: ${base.ref.id}`,
      'version: 0.1.0',
      '# provisional until the partner has confirmed it',
      'status: provisional',
      `source: samples of the partner, to be named; base ${base.ref.id} ${base.ref.version}`,
      ...(this.#namespace === undefined ? [] : [`detect: { namespace: ${quoted(this.#namespace)} }`]),
      ...this.#whys.map((why) => `# ${why}`),
      ...(this.#renames.size === 0 ? [] : ['renamed:', ...[...this.#renames].map(([from, name]) => `  ${key(from)}: ${quoted(name)}`)]),
      'document:',
      ...this.#document(),
      ...(decisions.length === 0 ? [] : ['', '# Not decided by the samples (landbridge workshop --agree ID takes one over):']),
      ...decisions.flatMap(({ id: one, why, standing }) => [`# - ${standing === 'open' ? 'no overlay mends ' : ''}${one}`, `#   ${why}`]),
      '',
    ].join('\n');
  }

  /** The partner's code lists, to be filled in by a person. */
  codelists(lists: ReadonlyMap<string, { readonly canonicalId: string }>): TextFile[] {
    return [...this.#lists].map(([list, { base, places, codes }]) => ({
      path: list,
      text: [
        `list: ${list}`,
        `extends: ${base}`,
        "version: '0.1.0'",
        `title: { en: ${quoted(`${base} as the partner writes it`)} }`,
        'source: samples of the partner, to be named',
        'values:',
        ...[...codes].flatMap(([code, count]) => [
          `  # TODO ${count} times at ${[...places].join(', ')}: which code of ${lists.get(base)?.canonicalId ?? base} is it?`,
          `  # ${quoted(code)}: { is: '' }`,
        ]),
        '',
      ].join('\n'),
    }));
  }

  #document(): string[] {
    const own = this.base.root.key;
    const name = key(this.#renames.get(own) ?? own);
    const lines = this.#lines(this.#root.below.get(own) ?? place(), own, 2);
    return lines.length === 0 ? [`  ${name}: {}`] : [`  ${name}:`, ...lines];
  }

  #lines(at: Place, path: string, depth: number): string[] {
    const indent = '  '.repeat(depth);
    const own = [...at.settings].filter(([name]) => name.startsWith('$')).map((setting) => indent + this.#setting(setting, above(path)));
    const below = [...at.below].flatMap(([name, child]) => {
      const full = `${path}/${name}`;
      const written = key(this.#renames.get(full) ?? name);
      const whys = child.why.map((why) => `${indent}# ${why}`);
      const leaf = [...child.settings].filter(([setting]) => !setting.startsWith('$'));
      if (child.below.size === 0 && !child.group)
        return [...whys, `${indent}${written}: { ${leaf.map((setting) => this.#setting(setting, path)).join(', ')} }`];
      return [...whys, `${indent}${written}:`, ...this.#lines(child, full, depth + 1)];
    });
    return [...own, ...below];
  }

  /** The sibling a new key stands before has the partner's name where it has one. */
  #setting([name, value]: readonly [string, string], group: string): string {
    const sibling = name.endsWith('before') ? this.#renames.get(`${group}/${value}`) : undefined;
    return `${name}: ${quoted(sibling ?? value)}`;
  }

  #at(path: string): Place {
    let at = this.#root;
    for (const step of path.split('/')) {
      let next = at.below.get(step);
      if (!next) at.below.set(step, (next = place()));
      at = next;
    }
    return at;
  }

  #set(path: string, name: string, value: string, why: string, group: boolean): void {
    const at = this.#at(this.toBase(path));
    at.settings.set(name, value);
    if (!at.why.includes(why)) at.why.push(why);
    at.group ||= group;
  }

  #bound({ path, rule, bounds }: Extract<Edit, { what: 'bounds' }>, why: string): void {
    const base = this.toBase(path);
    let columns = this.#bounds.get(base);
    if (!columns) {
      const count = this.base.functions?.codes.length ?? 1;
      const { min, max, filtered } = rule.cards;
      const all = Array.from({ length: count }, (_, column) => ({
        min: min[column] ?? 0,
        max: max[column] ?? 1,
        filtered: filtered[column] ?? false,
      }));
      this.#bounds.set(base, (columns = { rule, bounds: all }));
    }
    for (const { column, ...bound } of bounds) Object.assign(columns.bounds[column] ?? {}, bound);
    const tokens = columns.bounds.map(({ min, max, filtered }) =>
      max === 0 ? '-' : `${min === max ? min : `${min}..${max}`}${filtered ? '~' : ''}`,
    );
    const text = tokens.every((token) => token === tokens[0]) ? (tokens[0] ?? '0..1') : tokens.join(' ');
    this.#set(path, rule.kind === 'group' ? '$card' : 'card', text, why, rule.kind === 'group');
  }

  #layOut({ groupPath, key: name, layout, before }: Extract<Edit, { what: 'add' }>, why: string): void {
    const path = `${this.toBase(groupPath)}/${name}`;
    const sibling = before === undefined ? undefined : this.toBase(`${groupPath}/${before}`).split('/').at(-1);
    const lay = (at: Place, { most, inside }: Layout, top: boolean): void => {
      const sign = inside ? '$' : '';
      at.group = inside !== undefined;
      if (top && sibling !== undefined) at.settings.set(`${sign}before`, sibling);
      at.settings.set(`${sign}card`, `0..${most}`);
      for (const [below, one] of inside ?? []) {
        const child = place();
        at.below.set(below, child);
        lay(child, one, false);
      }
    };
    const at = this.#at(path);
    at.why.push(why);
    lay(at, layout, true);
  }

  #list({ path, list, bound, codes }: Extract<Edit, { what: 'list' }>, why: string): void {
    const id = `${this.prefix}-${list}`;
    const known = this.#lists.get(id) ?? { base: list, places: new Set<string>(), codes: new Map<string, number>() };
    known.places.add(this.toBase(path));
    for (const [code, count] of codes) known.codes.set(code, (known.codes.get(code) ?? 0) + count);
    this.#lists.set(id, known);
    this.#set(path, 'as', ['code', id, ...(bound === undefined ? [] : [bound])].join(' '), why, false);
  }
}

const place = (): Place => ({ settings: new Map(), why: [], below: new Map(), group: false });
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const key = (text: string): string => (/^[A-Za-z][A-Za-z0-9]*$/.test(text) ? text : quoted(text));
const above = (path: string): string => path.slice(0, path.lastIndexOf('/'));
