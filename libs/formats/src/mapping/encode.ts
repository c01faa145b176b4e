/**
 * Canonical to document: a strict writer in the order of the mapping file. What the receiving format needs and the
 * message lacks is an error; what the message holds and the format has no place for is reported, never dropped in silence.
 * Pointers are JSON pointers into the canonical message.
 */
import { issue, type CanonicalMessage, type ErrorCode, type Issue } from '#model';
import type { TraceEntry } from '../api.ts';
import type { DocumentNode } from '../document.ts';
import { SILENT, type Reporter } from './conversions.ts';
import { SELF, type Bag } from './paths.ts';
import { matches, type CompiledMapping, type GroupRule, type LeafRule, type Rule, type Selector } from './rules.ts';
import { limitOf, shown } from './saying.ts';
import { uncovered } from './uncovered.ts';

export interface EncodedDocument {
  readonly document: DocumentNode;
  readonly issues: readonly Issue[];
  readonly trace: readonly TraceEntry[] | undefined;
}

/** The message an envelope carries, as a tree and, when asked for, as bytes. */
export interface Content {
  readonly document: DocumentNode;
  readonly bytes: () => Buffer;
}

/** Writes a canonical message by a mapping. `parameters` are constants of the link for rules with `param`. */
export function encodeDocument(
  mapping: CompiledMapping,
  message: CanonicalMessage,
  parameters: Readonly<Record<string, string>>,
  trace = false,
): EncodedDocument {
  const encoder = new Encoder(mapping, message as unknown as Bag, parameters, trace);
  const document = encoder.run();
  return {
    document: written(mapping, document),
    issues: [...encoder.issues, ...uncovered(mapping, message as unknown as Bag)],
    trace: encoder.trace,
  };
}

/**
 * Writes an envelope around content that is already written. A field comes from the link's parameters by its name, else
 * from the carried message where the mapping says so.
 */
export function encodeEnvelope(
  mapping: CompiledMapping,
  message: CanonicalMessage,
  parameters: Readonly<Record<string, string>>,
  content: Content,
): EncodedDocument {
  const encoder = new Encoder(mapping, message as unknown as Bag, parameters, false, content);
  const document = encoder.run();
  return { document: written(mapping, document), issues: encoder.issues, trace: undefined };
}

function written(mapping: CompiledMapping, document: DocumentNode): DocumentNode {
  let root = document;
  for (const { write } of mapping.transforms) root = write ? write(root) : root;
  return root;
}

class Encoder implements Reporter {
  readonly issues: Issue[] = [];
  readonly trace: TraceEntry[] | undefined;
  readonly #mapping: CompiledMapping;
  readonly #message: Bag;
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #content: Content | undefined;
  #column = 0;
  /** Canonical steps of the groups now open, and of the value now written. */
  readonly #at: (string | number)[] = [];
  #leafRule: LeafRule | undefined;
  #index = 0;
  readonly #forbidden = new Set<Rule>();
  /** Document steps, for explanations only. */
  readonly #document: string[] = [];

  constructor(mapping: CompiledMapping, message: Bag, parameters: Readonly<Record<string, string>>, trace: boolean, content?: Content) {
    this.#mapping = mapping;
    this.#message = message;
    this.#parameters = parameters;
    this.#content = content;
    this.trace = trace ? [] : undefined;
  }

  run(): DocumentNode {
    this.#chooseColumn();
    for (const { get, value, path } of this.#mapping.constants) {
      const actual = get(this.#message);
      if (actual !== undefined && typeof value === 'string' && actual !== value) {
        this.issues.push(
          issue(
            'VALUE_UNTRANSLATABLE',
            `/${path.steps.map(({ key }) => key).join('/')}`,
            'The receiving format is for another kind of message.',
          ),
        );
      }
    }
    return this.#group(this.#mapping.root, this.#message, 1).node;
  }

  report(code: ErrorCode, detail?: string): void {
    if (this.issues.length < limitOf(code)) this.issues.push(issue(code, this.#pointer(), detail));
  }

  #chooseColumn(): void {
    const { functions } = this.#mapping;
    if (!functions) return;
    const { leaf, codes, columns } = functions;
    const value = leaf.get?.(this.#message);
    const code = leaf.fixed ?? (value === undefined ? undefined : leaf.conversion.encode(value, this));
    this.#column = columns.get(code ?? '') ?? -1;
    if (this.#column >= 0) return;
    this.#column = codes.length;
    if (code !== undefined) this.issues.push(issue('FUNCTION_CODE_UNKNOWN', '/header/functionCode'));
  }

  /** `filled` tells whether anything but constants was written. */
  #group(rule: GroupRule, context: Bag, occurrence: number): { node: DocumentNode; filled: boolean } {
    const node: DocumentNode = { name: rule.name, namespace: rule.namespaces?.[0], children: [] };
    if (this.trace) this.#document.push(rule.repeats ? `${rule.name}[${occurrence}]` : rule.name);
    if (!rule.selectInTrigger && rule.select.length > 0) writeQualifiers(node, rule.select);
    let filled = false;
    for (const part of rule.parts) if (this.#part(part, node, context)) filled = true;
    for (const child of rule.children)
      if (child.kind === 'leaf' ? this.#leaf(child, node, context) : this.#below(child, node, context)) filled = true;
    if (rule.oneOf) for (const set of rule.oneOf) this.#alternatives(set, node);
    if (this.trace) this.#document.pop();
    return { node, filled };
  }

  #alternatives(set: readonly Rule[], node: DocumentNode): void {
    const names = set.map(({ name }) => name);
    if (new Set(node.children.flatMap(({ name }) => (names.includes(name) ? [name] : []))).size > 1)
      this.report('FIELD_FORBIDDEN', `The receiving format takes only one of ${names.join(', ')}.`);
  }

  /** All occurrences of a child group. */
  #below(rule: GroupRule, parent: DocumentNode, outer: Bag): boolean {
    const { at } = rule;
    const before = parent.children.length;
    let filled: boolean;
    if (!at) filled = this.#occurrence(rule, parent, outer, 1);
    else {
      const base = at.path.fromRoot ? this.#message : outer;
      const depth = this.#at.length;
      if (at.path.fromRoot) this.#at.push('/');
      for (const { key } of at.path.steps) this.#at.push(key);
      if (at.collect) filled = this.#each(rule, parent, entriesOf(rule, at.collect(base)));
      else {
        const context = at.get?.(base) as Bag | undefined;
        filled = this.#occurrence(rule, parent, context !== undefined && matches(rule, context) ? context : NOTHING, 1);
      }
      this.#at.length = depth;
    }
    this.#bounds(rule, parent.children.length - before);
    return filled;
  }

  #each(rule: GroupRule, parent: DocumentNode, entries: readonly Bag[]): boolean {
    let filled = false;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as Bag;
      if (!matches(rule, entry)) continue;
      this.#at.push(i);
      if (this.#occurrence(rule, parent, entry, i + 1)) filled = true;
      this.#at.pop();
    }
    return filled;
  }

  /** A group without content is written only where the function code demands it; then what it lacks is said once. */
  #occurrence(rule: GroupRule, parent: DocumentNode, context: Bag, occurrence: number): boolean {
    if (rule.holds && (rule.cards.min[this.#column] as number) === 0 && !rule.holds(context)) return false;
    const mark = this.issues.length;
    const { node, filled } = this.#group(rule, context, occurrence);
    if (!filled) {
      // A value that could not be written leaves the group empty too, and must not vanish with it.
      const since = this.issues.splice(mark);
      this.issues.push(...since.filter(({ code }) => code !== 'FIELD_MISSING'));
      if (since.length > 0 || (rule.cards.min[this.#column] as number) === 0) return false;
    }
    parent.children.push(node);
    return filled;
  }

  #leaf(rule: LeafRule, parent: DocumentNode, context: Bag): boolean {
    if (rule.content) return this.#carried(rule, parent);
    const given = this.#given(rule);
    if (given !== undefined) {
      if (rule.mismatch === 'MESSAGE_TYPE_MISMATCH') this.#sameType(rule, context);
      if (given === '' || (rule.cards.max[this.#column] === 0 && rule.fixed !== undefined)) return false;
      // A parameter of an envelope may name several, for example receivers, separated by commas.
      const texts = this.#mapping.envelope && rule.repeats ? given.split(',') : [given];
      texts.forEach((text, i) => this.#append(rule, parent, text, i + 1, text));
      this.#bounds(rule, texts.length);
      return rule.fixed === undefined;
    }
    const values = this.#values(rule, context);
    let count = 0;
    for (const value of values) {
      if (value === undefined) continue;
      this.#leafRule = rule;
      this.#index = count;
      const text = rule.conversion.encode(value, this);
      if (text === undefined || text === '') continue;
      this.#append(rule, parent, text, ++count, value);
    }
    this.#leafRule = undefined;
    if (count === 0 && rule.fallback !== undefined && (rule.cards.min[this.#column] as number) > 0) {
      this.#append(rule, parent, rule.fallback, 1, rule.fallback);
      return false;
    }
    this.#bounds(rule, count);
    return count > 0;
  }

  /**
   * A mapping of one business type is no conversion to it: a message that says it is another type of the same list is not
   * written. Whoever wants it as that type routes it through a projection, whose result says so or leaves it to the format.
   */
  #sameType(rule: LeafRule, context: Bag): void {
    const [stated] = this.#values(rule, context);
    const text = stated === undefined ? undefined : rule.conversion.encode(stated, SILENT);
    if (text === undefined || text === rule.fixed) return;
    this.#leafRule = rule;
    this.report('VALUE_UNTRANSLATABLE', 'The receiving format is for another message type.');
    this.#leafRule = undefined;
  }

  #append(rule: LeafRule, parent: DocumentNode, text: string, occurrence: number, before: unknown): void {
    parent.children.push({ name: rule.name, namespace: rule.namespaces?.[0], text, children: [] });
    if (this.trace) this.#explain(rule, rule.repeats ? `${rule.name}[${occurrence}]` : rule.name, before, text);
  }

  #carried(rule: LeafRule, parent: DocumentNode): boolean {
    const content = this.#content;
    if (!content) return false;
    if (rule.content === 'element') parent.children.push({ name: rule.name, children: [content.document] });
    else parent.children.push({ name: rule.name, text: content.bytes().toString('base64'), children: [] });
    return true;
  }

  #part(rule: LeafRule, node: DocumentNode, context: Bag): boolean {
    const given = this.#given(rule);
    const value = given ?? this.#values(rule, context)[0];
    const { place } = rule;
    if (value === undefined && rule.fallback !== undefined && (rule.cards.min[this.#column] as number) > 0) {
      writePlace(node, rule, rule.fallback);
      return false;
    }
    if (value === undefined) {
      this.#bounds(rule, 0);
      return false;
    }
    this.#leafRule = rule;
    this.#index = 0;
    let size: number;
    if (given === undefined && place.kind === 'data' && place.to > place.from) {
      const parts = rule.conversion.run?.encode(value, place.to - place.from + 1, this) ?? [];
      parts.forEach((part, i) => writeData(node, place.element, place.from + i, part));
      size = parts.join('').length;
    } else {
      const text = given ?? rule.conversion.encode(value, this) ?? '';
      size = text.length;
      if (size > 0) writePlace(node, rule, text);
      if (this.trace && size > 0) this.#explain(rule, place.kind === 'text' ? '' : rule.key, value, text);
    }
    this.#leafRule = undefined;
    this.#bounds(rule, size > 0 ? 1 : 0);
    return size > 0 && rule.fixed === undefined;
  }

  /** A constant of the file or of the link. */
  #given(rule: LeafRule): string | undefined {
    const parameter = rule.param === undefined ? undefined : this.#parameters[rule.param];
    return parameter ?? rule.fixed;
  }

  #values(rule: LeafRule, context: Bag): readonly unknown[] {
    if (this.#mapping.envelope) return rule.from ? [rule.from(this.#message)] : NO_VALUES;
    const base = rule.path?.fromRoot ? this.#message : context;
    if (rule.verbatim) {
      const exchanged = rule.verbatim.get(rule.verbatim.path.fromRoot ? this.#message : context) as { listId: string } | undefined;
      if (exchanged?.listId === rule.verbatim.listId) return [exchanged];
    }
    if (rule.get) return [rule.get(base)];
    return rule.collect ? rule.collect(base) : NO_VALUES;
  }

  #bounds(rule: Rule, count: number): void {
    const column = this.#column;
    if (count < (rule.cards.min[column] as number)) this.#lacks(rule);
    const max = rule.cards.max[column] as number;
    if (count <= max) return;
    if (max > 0) return this.report('FIELD_REPEATED', `The receiving format takes ${max} of ${rule.key}.`);
    if (this.#forbidden.has(rule)) return;
    this.#forbidden.add(rule);
    this.report('FIELD_FORBIDDEN', `The receiving format forbids ${rule.key} for this function code.`);
  }

  #lacks(rule: Rule): void {
    const own = rule.kind === 'leaf' && rule.path && rule.path.text !== SELF ? `/${rule.path.steps.map(({ key }) => key).join('/')}` : '';
    if (this.issues.length >= limitOf('FIELD_MISSING')) return;
    this.issues.push(
      issue(
        'FIELD_MISSING',
        rule.kind === 'leaf' && rule.path?.fromRoot ? own : this.#pointer() + own,
        `The receiving format needs ${rule.key}.`,
      ),
    );
  }

  /** Of the value now written, or of the context when there is none. */
  #pointer(rule = this.#leafRule): string {
    const own = rule ? valuePointer(rule, rule === this.#leafRule ? this.#index : 0) : '';
    if (rule?.path?.fromRoot) return own;
    const start = this.#at.lastIndexOf('/') + 1;
    return (start < this.#at.length ? `/${this.#at.slice(start).join('/')}` : '') + own;
  }

  #explain(rule: LeafRule, step: string, before: unknown, after: string): void {
    const documentPointer = `/${this.#document.join('/')}${step === '' ? '' : `/${step}`}`;
    this.trace?.push({
      documentPointer,
      canonicalPointer: rule.path ? this.#pointer(rule) : '',
      rule: rule.conversion.rule,
      before: shown(before),
      after,
    });
  }
}

const NOTHING: Bag = {};
const NO_VALUES: readonly unknown[] = [];

/** Entries as contexts: plain values are wrapped, so that a rule can read the entry itself. */
const entriesOf = (rule: GroupRule, entries: readonly unknown[]): readonly Bag[] =>
  rule.plain ? entries.map((entry) => ({ [SELF]: entry })) : (entries as Bag[]);

const valuePointer = (rule: LeafRule, index: number): string =>
  (rule.path?.steps ?? []).map(({ key, each }) => (key === SELF ? '' : each ? `/${key}/${index}` : `/${key}`)).join('');

function writeQualifiers(node: DocumentNode, select: readonly Selector[]): void {
  for (const { element, component, values } of select) writeData(node, element, component, values[0] ?? '');
}

function writePlace(node: DocumentNode, { place }: LeafRule, text: string): void {
  if (place.kind === 'attribute') (node.attributes ??= new Map()).set(place.name, text);
  else if (place.kind === 'data') writeData(node, place.element, place.from, text);
  else node.text = text;
}

function writeData(node: DocumentNode, element: number, component: number, text: string): void {
  const data = (node.data ??= []);
  while (data.length < element) data.push([]);
  const components = data[element - 1] as string[];
  while (components.length < component) components.push('');
  components[component - 1] = text;
}
