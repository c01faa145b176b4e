/**
 * Valid documents from compiled rules, for property tests of every mapping. Knows no test framework: what is free to
 * choose is asked of a `Chooser`.
 */
import type { DocumentNode } from '../../document.ts';
import type { Sample } from '../conversions.ts';
import { SELF } from '../paths.ts';
import type { CompiledMapping, GroupRule, LeafRule, Rule, Selector } from '../rules.ts';

export interface Chooser {
  /** A number from min to max, both included. */
  count(min: number, max: number): number;
  text(sample: Sample): string;
}

/**
 * Characters that are no text in documents of this mapping: railways pack two values into one component with a slash, which a
 * transform splits; fields of a phrase are parted by blanks.
 */
export const reservedIn = ({ syntax, transforms }: CompiledMapping): string =>
  syntax === 'phrase' ? ' /' : transforms.length > 0 ? '/' : '';

const quiet = {
  report: (): void => {
    /* A sample that does not convert is left out. */
  },
};

/** A document the mapping accepts for the function code of the column, in the order of the file. */
export function generate(mapping: CompiledMapping, column: number, chooser: Chooser): DocumentNode {
  return new Generator(mapping, column, chooser).group(mapping.root, '', NO_SELECT).node;
}

const NO_SELECT: readonly Selector[] = [];
/** Occurrences beyond the minimum: enough to tell lists from single values. */
const MORE = 2;

class Generator {
  readonly #mapping: CompiledMapping;
  readonly #column: number;
  readonly #chooser: Chooser;
  /** Two places of one canonical value say the same. */
  readonly #values = new Map<string, string | undefined>();
  readonly #lists = new Map<string, number>();

  constructor(mapping: CompiledMapping, column: number, chooser: Chooser) {
    this.#mapping = mapping;
    this.#column = column;
    this.#chooser = chooser;
  }

  group(rule: GroupRule, at: string, outer: readonly Selector[]): { node: DocumentNode; filled: boolean } {
    const node: DocumentNode = { name: rule.name, namespace: rule.namespaces?.[0], children: [] };
    const context = this.#context(rule, at);
    const select = rule.selectInTrigger ? NO_SELECT : [...outer, ...rule.select];
    for (const selector of select) writeData(node, selector.element, selector.component, selector.values[0] ?? '');
    let filled = false;
    for (const part of rule.parts) if (this.#part(part, node, context, select)) filled = true;
    const left = this.#leftOut(rule);
    for (const child of rule.children) if (!left.has(child) && this.#children(child, node, context)) filled = true;
    return { node, filled };
  }

  #context(rule: GroupRule, at: string): string {
    if (!rule.at) return at;
    const path = `${rule.at.path.fromRoot ? '' : at}/${rule.at.path.text.replace(/^\/|\[\]/g, '')}`;
    if (!rule.at.each) return path;
    const index = this.#lists.get(path) ?? 0;
    this.#lists.set(path, index + 1);
    return `${path}/${index}`;
  }

  /** Of children that exclude each other all but one. */
  #leftOut(rule: GroupRule): ReadonlySet<Rule> {
    const left = new Set<Rule>();
    for (const set of rule.oneOf ?? []) {
      const kept = this.#chooser.count(0, set.length - 1);
      set.forEach((child, i) => i !== kept && left.add(child));
    }
    return left;
  }

  #children(rule: Rule, parent: DocumentNode, at: string): boolean {
    const min = rule.cards.min[this.#column] ?? 0;
    const max = rule.cards.max[this.#column] ?? 0;
    const count = this.#chooser.count(min, Math.min(max, min + MORE));
    let filled = false;
    for (let i = 0; i < count; i++)
      if (rule.kind === 'leaf' ? this.#leaf(rule, parent, at) : this.#occurrence(rule, parent, at, min)) filled = true;
    // The writer always writes constants; so does a document that is to come back the same.
    if (count === 0 && max > 0 && rule.kind === 'leaf' && rule.fixed !== undefined) this.#leaf(rule, parent, at);
    return filled;
  }

  /** An optional group without content is left out, as the writer does. */
  #occurrence(rule: GroupRule, parent: DocumentNode, at: string, min: number): boolean {
    const { node, filled } = this.group(rule, at, NO_SELECT);
    if (filled || min > 0) parent.children.push(node);
    return filled;
  }

  #leaf(rule: LeafRule, parent: DocumentNode, at: string): boolean {
    const text = this.#value(rule, at);
    if (text === undefined) return false;
    parent.children.push({ name: rule.name, namespace: rule.namespaces?.[0], text, children: [] });
    return rule.fixed === undefined;
  }

  #part(rule: LeafRule, node: DocumentNode, at: string, select: readonly Selector[]): boolean {
    const { place } = rule;
    const min = rule.cards.min[this.#column] ?? 0;
    const max = rule.cards.max[this.#column] ?? 0;
    if (max === 0 || (rule.fixed === undefined && this.#chooser.count(min, 1) === 0)) return false;
    const selected =
      place.kind === 'data' ? select.find(({ element, component }) => element === place.element && component === place.from) : undefined;
    const text = selected?.values[0] ?? this.#value(rule, at);
    if (text === undefined) return false;
    if (place.kind === 'attribute') (node.attributes ??= new Map()).set(place.name, text);
    else if (place.kind !== 'data') node.text = text;
    else if (place.to === place.from) writeData(node, place.element, place.from, text);
    else if (!this.#run(rule, node, place, text)) return false;
    return rule.fixed === undefined;
  }

  /** A run of components as the conversion itself cuts it. */
  #run(rule: LeafRule, node: DocumentNode, place: { element: number; from: number; to: number }, text: string): boolean {
    const value = rule.conversion.decode(text, quiet);
    const parts = value === undefined ? undefined : rule.conversion.run?.encode(value, place.to - place.from + 1, quiet);
    parts?.forEach((part, i) => writeData(node, place.element, place.from + i, part));
    return parts !== undefined;
  }

  #value(rule: LeafRule, at: string): string | undefined {
    const { functions } = this.#mapping;
    if (functions?.leaf === rule) return functions.codes[this.#column];
    if (rule.fixed !== undefined) return rule.fixed;
    // A constant of the link only: nothing of the message comes back in it.
    if (!rule.path) return undefined;
    const key =
      rule.path && !rule.path.repeats && rule.path.text !== SELF
        ? `${rule.path.fromRoot ? '' : at}/${rule.path.text.replace(/^\//, '')}`
        : undefined;
    if (key !== undefined && this.#values.has(key)) return this.#values.get(key);
    const text = this.#chooser.text(rule.conversion.sample);
    if (key !== undefined) this.#values.set(key, text);
    return text;
  }
}

function writeData(node: DocumentNode, element: number, component: number, text: string): void {
  const data = (node.data ??= []);
  while (data.length < element) data.push([]);
  const components = data[element - 1] as string[];
  while (components.length < component) components.push('');
  components[component - 1] = text;
}
