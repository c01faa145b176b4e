/**
 * What a heap of documents holds beside what a mapping says: one walk over all of them, counted by the keys of the mapping file,
 * so that an overlay can be written from it. Nothing is decided here.
 */
import type { ErrorCode } from '#model';
import type { DocumentNode } from '../document.ts';
import { isSelected, partText, readAt } from '../mapping/documents.ts';
import type { CompiledMapping, GroupRule, LeafRule, Rule } from '../mapping/rules.ts';

/** Values kept of a place to try rules on; more say nothing new. */
const MOST_VALUES = 200;
/** Nodes kept of an element nobody reads, to lay out what is in it. */
const MOST_NODES = 20;

/** One rule of the mapping as the documents use it. */
export interface RuleFacts {
  readonly rule: Rule;
  /** Keys of the mapping file from the root: `Manifest/Head/SenderID`. */
  readonly path: string;
  /** Occurrences of the group above it. */
  parents: number;
  /** Occurrences of the group above it that hold it, by number of that occurrence. */
  readonly present: Set<number>;
  /** Columns of function codes in which it was absent though mandatory, with how often. */
  readonly missing: Map<number, number>;
  /** The same where it was present though forbidden. */
  readonly forbidden: Map<number, number>;
  /** Columns in which it occurred more often than allowed, with the highest count. */
  readonly repeated: Map<number, number>;
  /** Places where it stood behind what comes after it. */
  disordered: number;
  /** What its conversion says of its values, by code. */
  readonly findings: Map<ErrorCode, string[]>;
  /** Values that its code list does not know, with how often. */
  readonly unknownCodes: Map<string, number>;
  /** Values that differ from the constant of the rule, with how often. */
  readonly otherConstants: Map<string, number>;
}

/** An element, attribute or component that no rule reads. */
export interface UnknownFacts {
  readonly name: string;
  readonly group: GroupRule;
  /** Keys of the mapping file down to the group it stands in. */
  readonly groupPath: string;
  readonly kind: 'element' | 'inside';
  count: number;
  most: number;
  readonly present: Set<number>;
  readonly values: string[];
  longest: number;
  readonly nodes: DocumentNode[];
  /** Rules seen right before it and right after it, where always the same. */
  before: Rule | undefined;
  after: Rule | undefined;
}

export interface Survey {
  readonly documents: number;
  readonly rules: ReadonlyMap<Rule, RuleFacts>;
  readonly unknown: readonly UnknownFacts[];
  /** Names and namespaces of the roots, with how often. */
  readonly roots: ReadonlyMap<string, number>;
  readonly namespaces: ReadonlyMap<string, number>;
  /** Function codes that the mapping does not know. */
  readonly unknownFunctions: ReadonlyMap<string, number>;
}

/** Walks every document by the rules of the mapping. Costs about as much as reading each of them once. */
export function survey(mapping: CompiledMapping, documents: readonly DocumentNode[]): Survey {
  const surveyor = new Surveyor(mapping);
  for (const document of documents) surveyor.document(document);
  return surveyor.result(documents.length);
}

class Surveyor {
  readonly #mapping: CompiledMapping;
  readonly #rules = new Map<Rule, RuleFacts>();
  readonly #unknown = new Map<GroupRule, Map<string, UnknownFacts>>();
  readonly #roots = new Map<string, number>();
  readonly #namespaces = new Map<string, number>();
  readonly #functions = new Map<string, number>();
  #occurrence = 0;
  #column = 0;

  constructor(mapping: CompiledMapping) {
    this.#mapping = mapping;
  }

  document(received: DocumentNode): void {
    const { functions, transforms, root } = this.#mapping;
    tally(this.#roots, received.name);
    tally(this.#namespaces, received.namespace ?? '');
    let document = received;
    for (const { read } of transforms) document = read ? read(document) : document;
    const code = functions && readAt(document, functions.at);
    this.#column = functions ? (functions.columns.get(code ?? '') ?? functions.codes.length) : 0;
    if (functions && code !== undefined && !functions.columns.has(code)) tally(this.#functions, code);
    this.#group(root, document, root.key);
  }

  result(documents: number): Survey {
    return {
      documents,
      rules: this.#rules,
      unknown: [...this.#unknown.values()].flatMap((names) => [...names.values()]),
      roots: this.#roots,
      namespaces: this.#namespaces,
      unknownFunctions: this.#functions,
    };
  }

  #group(rule: GroupRule, node: DocumentNode, path: string): void {
    const occurrence = this.#occurrence++;
    this.#parts(rule, node, path, occurrence);
    const counts = new Map<Rule, number>();
    const strangers = new Map<string, number>();
    let last = 0;
    node.children.forEach((child, index) => {
      const found = ruleFor(rule, child);
      if (!found) {
        strangers.set(child.name, (strangers.get(child.name) ?? 0) + 1);
        return this.#stranger(rule, node, index, path, occurrence);
      }
      if (found.kind === 'leaf' && !child.text && !found.content) return;
      counts.set(found, (counts.get(found) ?? 0) + 1);
      const facts = this.#facts(found, keyPath(rule, found, path));
      if (found.ordinal < last && rule.ordered) facts.disordered++;
      else last = found.ordinal;
      if (found.cards.max[this.#column] === 0) return;
      if (found.kind === 'group') this.#group(found, child, facts.path);
      else if (!found.content) this.#value(found, child.text as string, facts);
    });
    for (const [name, count] of strangers) {
      const facts = this.#unknown.get(rule)?.get(name);
      if (facts) facts.most = Math.max(facts.most, count);
    }
    for (const child of rule.children) this.#occurrences(child, counts.get(child) ?? 0, keyPath(rule, child, path), occurrence);
  }

  #occurrences(rule: Rule, count: number, path: string, occurrence: number): void {
    const facts = this.#facts(rule, path);
    const column = this.#column;
    facts.parents++;
    if (count > 0) facts.present.add(occurrence);
    const max = rule.cards.max[column] as number;
    if (count < (rule.cards.min[column] as number)) facts.missing.set(column, (facts.missing.get(column) ?? 0) + 1);
    if (count > 0 && max === 0) facts.forbidden.set(column, (facts.forbidden.get(column) ?? 0) + 1);
    else if (count > max) facts.repeated.set(column, Math.max(facts.repeated.get(column) ?? 0, count));
  }

  #parts(rule: GroupRule, node: DocumentNode, path: string, occurrence: number): void {
    for (const part of rule.parts) {
      const { place } = part;
      const run = place.kind === 'data' && place.to > place.from;
      const data = run ? (node.data?.[place.element - 1] ?? []).slice(place.from - 1, place.to) : undefined;
      const text = data ? (data.some((one) => one !== '') ? data.join('') : undefined) : partText(node, place);
      this.#occurrences(part, text ? 1 : 0, `${path}/${part.key}`, occurrence);
      if (text && !run && part.cards.max[this.#column] !== 0) this.#value(part, text, this.#facts(part, `${path}/${part.key}`));
    }
    const { text, attributes, data } = node;
    for (const [name, value] of attributes ?? [])
      if (!rule.attributes.has(name) && !name.startsWith('xsi:') && !name.startsWith('xml:'))
        this.#inside(rule, `@${name}`, value, path, occurrence);
    if (text !== undefined && text.trim() !== '' && !rule.parts.some((part) => part.place.kind === 'text'))
      this.#inside(rule, '#', text, path, occurrence);
    data?.forEach((components, element) =>
      components.forEach((value, component) => {
        if (value !== '' && !rule.covered.has((element + 1) * 1000 + component + 1))
          this.#inside(rule, component === 0 ? `${element + 1}` : `${element + 1}.${component + 1}`, value, path, occurrence);
      }),
    );
  }

  #value(rule: LeafRule, text: string, facts: RuleFacts): void {
    if (rule.fixed !== undefined && text !== rule.fixed) tally(facts.otherConstants, text);
    if (!rule.set || rule === this.#mapping.functions?.leaf) return;
    rule.conversion.decode(text, {
      report: (code) => {
        if (code === 'CODE_UNKNOWN') tally(facts.unknownCodes, text);
        else push(facts.findings, code, text);
      },
    });
  }

  #inside(group: GroupRule, name: string, value: string, path: string, occurrence: number): void {
    const facts = this.#unknownFacts(group, name, path, 'inside');
    note(facts, occurrence, value);
    facts.most = 1;
  }

  #stranger(group: GroupRule, node: DocumentNode, index: number, path: string, occurrence: number): void {
    const child = node.children[index] as DocumentNode;
    const seen = this.#unknown.get(group)?.has(child.name) === true;
    const facts = this.#unknownFacts(group, child.name, path, 'element');
    note(facts, occurrence, child.text);
    if (facts.nodes.length < MOST_NODES) facts.nodes.push(child);
    const [before, after] = [nextKnown(group, node, index, -1), nextKnown(group, node, index, 1)];
    facts.before = !seen || facts.before === before ? before : undefined;
    facts.after = !seen || facts.after === after ? after : undefined;
  }

  #facts(rule: Rule, path: string): RuleFacts {
    let facts = this.#rules.get(rule);
    if (!facts) {
      facts = {
        rule,
        path,
        parents: 0,
        present: new Set(),
        missing: new Map(),
        forbidden: new Map(),
        repeated: new Map(),
        disordered: 0,
        findings: new Map(),
        unknownCodes: new Map(),
        otherConstants: new Map(),
      };
      this.#rules.set(rule, facts);
    }
    return facts;
  }

  #unknownFacts(group: GroupRule, name: string, groupPath: string, kind: UnknownFacts['kind']): UnknownFacts {
    let names = this.#unknown.get(group);
    if (!names) this.#unknown.set(group, (names = new Map()));
    let facts = names.get(name);
    if (!facts) {
      facts = {
        name,
        group,
        groupPath,
        kind,
        count: 0,
        most: 0,
        present: new Set(),
        values: [],
        longest: 0,
        nodes: [],
        before: undefined,
        after: undefined,
      };
      names.set(name, facts);
    }
    return facts;
  }
}

function note(facts: UnknownFacts, occurrence: number, value: string | undefined): void {
  facts.count++;
  facts.present.add(occurrence);
  if (!value || value.trim() === '') return;
  facts.longest = Math.max(facts.longest, value.length);
  if (facts.values.length < MOST_VALUES) facts.values.push(value);
}

/** The key of a child in the mapping file: the trigger segment of a group stands there without the qualifiers of the group. */
export function keyPath(group: GroupRule, child: Rule, above: string): string {
  const trigger = group.selectInTrigger && group.children[0] === child;
  return `${above}/${trigger ? child.key.replace(/\[.*$/, '') : child.key}`;
}

function ruleFor(rule: GroupRule, node: DocumentNode): Rule | undefined {
  const rules = rule.byName.get(node.name) ?? [];
  return (
    rules.find((candidate) => {
      if (candidate.namespaces !== undefined && rules.length > 1 && node.namespace !== undefined)
        return candidate.namespaces.includes(node.namespace);
      if (candidate.select.length === 0) return true;
      const selected = candidate.kind === 'group' && candidate.selectInTrigger ? node.children[0] : node;
      return selected !== undefined && isSelected(selected, candidate.select);
    }) ?? (rules[0]?.select.length === 0 ? rules[0] : undefined)
  );
}

function nextKnown(group: GroupRule, node: DocumentNode, from: number, step: 1 | -1): Rule | undefined {
  for (let index = from + step; index >= 0 && index < node.children.length; index += step) {
    const found = ruleFor(group, node.children[index] as DocumentNode);
    if (found) return found;
  }
  return undefined;
}

const tally = (counts: Map<string, number>, key: string): Map<string, number> => counts.set(key, (counts.get(key) ?? 0) + 1);

function push(findings: Map<ErrorCode, string[]>, code: ErrorCode, value: string): void {
  const values = findings.get(code) ?? [];
  if (values.length < MOST_VALUES) values.push(value);
  findings.set(code, values);
}
