/**
 * Document to canonical: one pass over the nodes, each dispatched by name, every finding with its pointer. On a clean
 * document nothing is allocated but the canonical message itself; pointers are worked out only when something is wrong.
 */
import { issue, MODEL_VERSION, type CanonicalMessage, type ErrorCode, type Issue } from '#model';
import type { TraceEntry } from '../api.ts';
import type { DocumentNode } from '../document.ts';
import { SILENT, type Reporter } from './conversions.ts';
import { isSelected, partText, readAt } from './documents.ts';
import { Occurrences } from './occurrences.ts';
import { SELF, type Bag, type Getter } from './paths.ts';
import type { CompiledMapping, GroupRule, LeafRule, Rule } from './rules.ts';
import { limitOf, MAX_ISSUES, shown } from './saying.ts';

export interface DecodedDocument {
  readonly message: CanonicalMessage;
  readonly functionCode: string | undefined;
  readonly issues: readonly Issue[];
  readonly trace: readonly TraceEntry[] | undefined;
}

export interface DecodedEnvelope {
  readonly fields: Readonly<Record<string, string>>;
  /** The node that holds the carried message: its text for base64, its only child for element. */
  readonly content: { readonly kind: 'element' | 'base64'; readonly node: DocumentNode } | undefined;
  readonly issues: readonly Issue[];
}

/** Reads a document by its mapping. Never throws for bad input. */
export function decodeDocument(mapping: CompiledMapping, document: DocumentNode, trace = false): DecodedDocument {
  const message: Bag = { model: MODEL_VERSION, type: mapping.canonical, header: {} };
  const state = run(mapping, document, message, trace);
  for (const { set, value } of mapping.constants) set(message, copyOf(value));
  for (const { set, get, parts } of mapping.defaults) {
    if (get(message) !== undefined) continue;
    const text = joined(parts, message);
    if (text !== undefined) set(message, text);
  }
  if (state.unmapped.length > 0) message['unmapped'] = state.unmapped;
  const stated = (message['header'] as { functionCode?: { value: string } }).functionCode?.value;
  return {
    message: message as unknown as CanonicalMessage,
    functionCode: state.functionCode ?? stated,
    issues: state.issues,
    trace: state.trace,
  };
}

/** A value of a mapping file as every message gets its own. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Bag = {};
  for (const key in value) copy[key] = copyOf((value as Bag)[key]);
  return copy;
}

/** Undefined where a part of it is not in the message. */
function joined(parts: readonly (string | Getter)[], message: Bag): string | undefined {
  let all = '';
  for (const part of parts) {
    const text = typeof part === 'string' ? part : part(message);
    if (typeof text !== 'string') return undefined;
    all += text;
  }
  return all;
}

/** Reads an envelope: its fields by name, and where the message is. A field that repeats is joined with commas. */
export function decodeEnvelope(mapping: CompiledMapping, document: DocumentNode): DecodedEnvelope {
  const fields: Bag = {};
  const state = run(mapping, document, fields, false);
  return { fields: fields as Record<string, string>, content: state.content, issues: state.issues };
}

function run(mapping: CompiledMapping, document: DocumentNode, message: Bag, trace: boolean): Decoder {
  let root = document;
  for (const { read } of mapping.transforms) root = read ? read(root) : root;
  const state = new Decoder(mapping, root, message, trace);
  state.start();
  return state;
}

/** Of the document before, for the next one: documents are decoded one after the other, and most are smaller than it is to make. */
let spareCounts: Int32Array | undefined;

class Decoder implements Reporter {
  readonly issues: Issue[] = [];
  readonly unmapped: { pointer: string; value: string }[] = [];
  readonly trace: TraceEntry[] | undefined;
  functionCode: string | undefined;
  content: DecodedEnvelope['content'];
  readonly #mapping: CompiledMapping;
  readonly #root: DocumentNode;
  readonly #message: Bag;
  /** Column of the bounds for the function code of this document. */
  #column: number;
  /** Occurrences of each rule of the groups now open, one behind the other. */
  #counts = spareCounts ?? new Int32Array(256);
  #top = 0;
  readonly #path: DocumentNode[] = [];
  #occurrences: Occurrences | undefined;
  /** Value leaf now read inside the last node of the path, for pointers. */
  #leaf: LeafRule | undefined;
  #reported: Map<ErrorCode, Set<Rule>> | undefined;
  /** Elements have namespaces to look at; a document without any is read by its names alone. */
  readonly #namespaced: boolean;
  #overflowed = false;
  #canonical: string[] | undefined;

  constructor(mapping: CompiledMapping, root: DocumentNode, message: Bag, trace: boolean) {
    spareCounts = undefined;
    this.#mapping = mapping;
    this.#root = root;
    this.#namespaced = mapping.prefixes !== undefined && root.namespace !== undefined;
    this.#message = message;
    this.trace = trace ? [] : undefined;
    this.#canonical = trace ? [] : undefined;
    const functions = mapping.functions;
    this.functionCode = functions && readAt(root, functions.at);
    this.#column = functions ? (functions.columns.get(this.functionCode ?? '') ?? -1) : 0;
    if (functions && this.#column < 0) {
      this.#column = functions.codes.length;
      if (this.functionCode !== undefined) this.issues.push(issue('FUNCTION_CODE_UNKNOWN', `/${root.name}/${functions.text}`));
    }
  }

  start(): void {
    this.#path.push(this.#root);
    this.#group(this.#mapping.root, this.#root, this.#message);
    this.#path.pop();
    spareCounts = this.#counts;
  }

  report(code: ErrorCode, detail?: string): void {
    if (this.issues.length >= limitOf(code)) return;
    const node = this.#path.at(-1);
    const where =
      node?.position === undefined
        ? undefined
        : this.#mapping.syntax === 'edifact'
          ? `Segment ${node.position}.`
          : `Line ${node.position}.`;
    this.issues.push(issue(code, this.#pointer(), [detail, where].filter(Boolean).join(' ')));
  }

  #group(rule: GroupRule, node: DocumentNode, outer: Bag): void {
    const { at } = rule;
    if (!at) return this.#inside(rule, node, outer);
    const base = at.path.fromRoot ? this.#message : outer;
    const existing = at.get?.(base) as Bag | undefined;
    const context = existing ?? {};
    if (this.#canonical) this.#canonical.push(this.#canonicalStep(rule, base));
    this.#inside(rule, node, context);
    this.#canonical?.pop();
    if (isEmpty(context)) return;
    for (const { set, value } of rule.sets) set(context, value);
    if (!existing) at.set(base, rule.plain ? context[SELF] : context);
  }

  #inside(rule: GroupRule, node: DocumentNode, context: Bag): void {
    const { children, parts } = rule;
    const base = this.#top;
    this.#reserve(children.length);
    if (parts.length > 0) this.#parts(rule, node, context);
    this.#loose(rule, node);
    let last = 0;
    for (const child of node.children) {
      const found = this.#ruleFor(rule, child);
      this.#path.push(child);
      if (!found) this.#keep(child);
      else {
        if (this.#namespaced && !found.namespaces?.includes(child.namespace ?? '')) this.#once(found, 'NAMESPACE_WRONG');
        // EDIFACT orders tags, not qualifiers, and the reader has looked at them.
        if (found.ordinal < last && rule.ordered) this.#once(found, 'FIELD_ORDER');
        else last = found.ordinal;
        this.#occurrence(found, child, context, base + found.ordinal);
      }
      this.#path.pop();
    }
    const column = this.#column;
    for (let i = 0; i < children.length; i++) {
      const child = children[i] as Rule;
      if ((this.#counts[base + i] as number) < (child.cards.min[column] as number)) this.#missing(child);
    }
    if (rule.oneOf) for (const set of rule.oneOf) this.#alternatives(set, base);
    this.#top = base;
  }

  /** Of rules that exclude each other the first one found stands, and the others are said to be too many. */
  #alternatives(set: readonly Rule[], base: number): void {
    const found = set.filter(({ ordinal }) => (this.#counts[base + ordinal] as number) > 0);
    if (found.length > 1) this.report('FIELD_FORBIDDEN', `Only one of ${set.map(({ name }) => name).join(', ')} may be given.`);
  }

  #ruleFor(rule: GroupRule, node: DocumentNode): Rule | undefined {
    const rules = rule.byName.get(node.name);
    if (rules === undefined) return undefined;
    if (this.#namespaced && rules.length > 1) return rules.find(({ namespaces }) => namespaces?.includes(node.namespace ?? '')) ?? rules[0];
    for (const candidate of rules) {
      if (candidate.select.length === 0) return candidate;
      const selected = candidate.kind === 'group' && candidate.selectInTrigger ? node.children[0] : node;
      if (selected && isSelected(selected, candidate.select)) return candidate;
    }
    return undefined;
  }

  /** Counts, then reads unless the bounds of the function code say no. An empty leaf is no occurrence. */
  #occurrence(rule: Rule, node: DocumentNode, context: Bag, counter: number): void {
    if (rule.kind === 'leaf' && !node.text && !rule.content) return this.#emptyLeaf(node);
    const count = (this.#counts[counter] as number) + 1;
    this.#counts[counter] = count;
    const max = rule.cards.max[this.#column] as number;
    if (count > max) {
      if (count === max + 1)
        this.report(max === 0 ? 'FIELD_FORBIDDEN' : 'FIELD_REPEATED', max === 0 ? undefined : `The maximum is ${max}.`);
      return;
    }
    if (rule.cards.filtered[this.#column]) this.#once(rule, 'FIELD_FILTERED');
    if (rule.kind === 'group') return this.#group(rule, node, context);
    if (rule.content) this.content = { kind: rule.content, node };
    else this.#value(rule, node.text as string, context);
    if (node.attributes) for (const [name, value] of node.attributes) this.#keepAttribute(name, value);
    if (node.children.length > 0 && !rule.content) for (const child of node.children) this.#keepBelow(child);
  }

  #emptyLeaf(node: DocumentNode): void {
    for (const child of node.children) this.#keepBelow(child);
  }

  #value(rule: LeafRule, text: string, context: Bag): void {
    const { set, fixed, conversion } = rule;
    if (fixed !== undefined && text !== fixed) this.report(rule.mismatch);
    if (!set) return;
    // An unknown function code has been said already; its list need not say it again.
    const reporter = rule === this.#mapping.functions?.leaf ? SILENT : this;
    const value = conversion.decode(text, reporter);
    if (value === undefined) return;
    this.#put(rule, value, context, text);
    if (rule.verbatim)
      rule.verbatim.set(rule.verbatim.path.fromRoot ? this.#message : context, { value: text, listId: rule.verbatim.listId });
  }

  #put(rule: LeafRule, value: unknown, context: Bag, before: string): void {
    const base = rule.path?.fromRoot ? this.#message : context;
    if (this.trace) this.trace.push(this.#entry(rule, base, before, value));
    if (this.#mapping.envelope && rule.repeats) {
      const key = rule.path?.text ?? '';
      base[key] = base[key] === undefined ? value : `${String(base[key])},${String(value)}`;
    } else rule.set?.(base, value);
  }

  /** Text, attributes and components of the node itself. */
  #parts(rule: GroupRule, node: DocumentNode, context: Bag): void {
    for (const part of rule.parts) {
      this.#leaf = part;
      const { place } = part;
      if (place.kind === 'data' && place.to > place.from) this.#runPart(part, node, context, place);
      else this.#part(part, partText(node, place), context);
    }
    this.#leaf = undefined;
  }

  #part(part: LeafRule, text: string | undefined, context: Bag): void {
    const column = this.#column;
    if (!text) {
      if ((part.cards.min[column] as number) > 0) this.report('FIELD_MISSING');
      return;
    }
    if (part.cards.max[column] === 0) return this.report('FIELD_FORBIDDEN');
    if (part.cards.filtered[column]) this.#once(part, 'FIELD_FILTERED');
    this.#value(part, text, context);
  }

  #runPart(part: LeafRule, node: DocumentNode, context: Bag, place: { element: number; from: number; to: number }): void {
    const components = (node.data?.[place.element - 1] ?? []).slice(place.from - 1, place.to);
    if (!components.some((component) => component !== '')) return this.#part(part, undefined, context);
    if (part.cards.max[this.#column] === 0) return this.report('FIELD_FORBIDDEN');
    const value = part.conversion.run?.decode(components, this);
    if (value !== undefined && part.set) this.#put(part, value, context, components.join(' '));
  }

  /** What stands in a node that no part of its rule reads. */
  #loose(rule: GroupRule, node: DocumentNode): void {
    const { text, attributes, data, repeats } = node;
    if (text !== undefined && text.trim() !== '' && !rule.parts.some((part) => part.place.kind === 'text')) this.#keepText(text);
    if (attributes) for (const [name, value] of attributes) if (!rule.attributes.has(name)) this.#keepAttribute(name, value);
    if (data) this.#looseData(data, rule);
    if (repeats) for (const more of repeats.values()) for (const components of more) this.#keepText(components.join(':'));
  }

  #looseData(data: readonly string[][], rule: GroupRule): void {
    for (let element = 0; element < data.length; element++) {
      const components = data[element] as string[];
      for (let component = 0; component < components.length; component++) {
        const value = components[component];
        if (value && !rule.covered.has((element + 1) * 1000 + component + 1) && !this.#full())
          this.#unmapped(`${this.#pointer()}/${element + 1}.${component + 1}`, value);
      }
    }
  }

  #keep(node: DocumentNode): void {
    if (this.#full()) return;
    if (node.text && node.text.trim() !== '') this.#keepText(node.text);
    if (node.attributes) for (const [name, value] of node.attributes) this.#keepAttribute(name, value);
    if (node.data) this.#unmapped(this.#pointer(), node.data.map((components) => components.join(':')).join('+'));
    for (const child of node.children) this.#keepBelow(child);
    if (node.children.length === 0 && !node.text && !node.data && !node.attributes) this.#unmapped(this.#pointer(), '');
  }

  #keepBelow(child: DocumentNode): void {
    this.#path.push(child);
    this.#keep(child);
    this.#path.pop();
  }

  #keepText(text: string): void {
    if (!this.#full()) this.#unmapped(this.#pointer(), text);
  }

  /** Past the limit nothing is worked out any more, so that a document of a million unknown elements costs no more than reading it. */
  #full(): boolean {
    if (this.unmapped.length < MAX_ISSUES) return false;
    if (!this.#overflowed)
      this.issues.push(issue('FIELD_UNMAPPED', `/${this.#root.name}`, `Only the first ${MAX_ISSUES} are listed and kept.`));
    this.#overflowed = true;
    return true;
  }

  #keepAttribute(name: string, value: string): void {
    // Schema hints and xml:… speak about the document, they are not data.
    if (!name.startsWith('xsi:') && !name.startsWith('xml:') && !this.#full()) this.#unmapped(`${this.#pointer()}/@${name}`, value);
  }

  #unmapped(pointer: string, value: string): void {
    this.unmapped.push({ pointer, value });
    if (this.issues.length < MAX_ISSUES) this.issues.push(issue('FIELD_UNMAPPED', pointer));
  }

  #once(rule: Rule, code: ErrorCode): void {
    const reported = (this.#reported ??= new Map());
    const rules = reported.get(code);
    if (rules?.has(rule)) return;
    if (rules) rules.add(rule);
    else reported.set(code, new Set([rule]));
    this.report(code);
  }

  #missing(rule: Rule): void {
    if (this.issues.length >= limitOf('FIELD_MISSING')) return;
    const position = this.#path.at(-1)?.position;
    const where =
      position === undefined
        ? undefined
        : this.#mapping.syntax === 'edifact'
          ? `After segment ${position}.`
          : `In the element of line ${position}.`;
    this.issues.push(
      issue('FIELD_MISSING', `${this.#pointer()}/${this.#mapping.syntax === 'xml' ? rule.name : rule.key.replaceAll(' ', '/')}`, where),
    );
  }

  /** `/Manifest/Declaration/Consignment[2]/…`: a number wherever a name occurs more than once. */
  #pointer(): string {
    let pointer = '';
    let parent: DocumentNode | undefined;
    for (const node of this.#path) {
      pointer += `/${node.name}`;
      const occurrence = parent ? (this.#occurrences ??= new Occurrences()).of(parent, node) : 0;
      if (occurrence > 0) pointer += `[${occurrence}]`;
      parent = node;
    }
    const leaf = this.#leaf;
    return leaf && leaf.place.kind !== 'text' ? `${pointer}/${leaf.key}` : pointer;
  }

  #canonicalStep(rule: GroupRule, base: Bag): string {
    const { at } = rule;
    if (!at) return '';
    const above = at.path.fromRoot ? '' : (this.#canonical?.at(-1) ?? '');
    const step = at.path.steps.map(({ key }) => `/${key}`).join('');
    return above + step + (at.each ? `/${at.collect?.(base).length ?? 0}` : '');
  }

  #entry(rule: LeafRule, base: Bag, before: string, value: unknown): TraceEntry {
    const above = rule.path?.fromRoot ? '' : (this.#canonical?.at(-1) ?? '');
    let at: unknown = base;
    let pointer = above;
    for (const { key, each } of rule.path?.text === SELF ? [] : (rule.path?.steps ?? [])) {
      pointer += `/${key}`;
      at = (at as Bag | undefined)?.[key];
      if (each) {
        pointer += `/${(at as unknown[] | undefined)?.length ?? 0}`;
        at = undefined;
      }
    }
    return { documentPointer: this.#pointer(), canonicalPointer: pointer, rule: rule.conversion.rule, before, after: shown(value) };
  }

  #reserve(count: number): void {
    const end = this.#top + count;
    if (end > this.#counts.length) {
      const wider = new Int32Array(end * 2);
      wider.set(this.#counts);
      this.#counts = wider;
    }
    this.#counts.fill(0, this.#top, end);
    this.#top = end;
  }
}

function isEmpty(context: Bag): boolean {
  for (const _ in context) return false;
  return true;
}
