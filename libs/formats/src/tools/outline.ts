/** A document laid out for people to read and to compare: one element or segment a line, in its own order, whatever its layout was. */
import type { DocumentNode } from '../document.ts';
import { Occurrences } from '../mapping/occurrences.ts';

/** A value and where it stands, in the pointers that findings and traces use: `/Manifest/Head/MessageID`, `/IFTMIN/BGM/2.1`. */
export interface OutlineLeaf {
  readonly pointer: string;
  readonly value: string;
}

export interface Outline {
  readonly text: string;
  readonly leaves: readonly OutlineLeaf[];
}

/** `see` answers what to show of a value; it is asked for every value, also for those that no mapping knows. */
export function outlineDocument(document: DocumentNode, see: (leaf: OutlineLeaf) => string): Outline {
  const outliner = new Outliner(see);
  outliner.node(document, `/${document.name}`, 0);
  return { text: outliner.lines.join('\n'), leaves: outliner.leaves };
}

class Outliner {
  readonly lines: string[] = [];
  readonly leaves: OutlineLeaf[] = [];
  readonly #occurrences = new Occurrences();
  readonly #see: (leaf: OutlineLeaf) => string;

  constructor(see: (leaf: OutlineLeaf) => string) {
    this.#see = see;
  }

  node(node: DocumentNode, pointer: string, depth: number): void {
    if (node.data) this.#segment(node, node.data, pointer, depth);
    else this.#element(node, pointer, depth);
    for (const child of node.children) {
      const occurrence = this.#occurrences.of(node, child);
      this.node(child, `${pointer}/${child.name}${occurrence > 0 ? `[${occurrence}]` : ''}`, depth + 1);
    }
    if (!node.data && node.children.length > 0) this.#line(depth, `</${node.name}>`);
  }

  #element({ name, attributes, text = '', children }: DocumentNode, pointer: string, depth: number): void {
    const sorted = [...(attributes ?? [])].toSorted(([one], [other]) => (one < other ? -1 : 1));
    const head = sorted.map(([key, value]) => ` ${key}="${this.#shown(`${pointer}/@${key}`, value)}"`).join('');
    const own = text.trim() === '' ? '' : this.#shown(pointer, text);
    if (children.length > 0) this.#line(depth, `<${name}${head}>${own}`);
    else this.#line(depth, own === '' ? `<${name}${head}/>` : `<${name}${head}>${own}</${name}>`);
  }

  #segment({ name, repeats }: DocumentNode, data: readonly (readonly string[])[], pointer: string, depth: number): void {
    const elements = data.map((components, index) => {
      const all = [components, ...(repeats?.get(index) ?? [])];
      return all
        .map((one, again) => one.map((value, at) => this.#component(pointer, again === 0 ? `${index + 1}.${at + 1}` : '', value)).join(':'))
        .join('*');
    });
    this.#line(depth, [name, ...elements].join('+'));
  }

  /** A repetition has no pointer of its own: nobody is told that it may be shown. */
  #component(pointer: string, place: string, value: string): string {
    return value === '' ? '' : this.#shown(place === '' ? `${pointer}/*` : `${pointer}/${place}`, value);
  }

  #shown(pointer: string, value: string): string {
    const seen = this.#see({ pointer, value });
    this.leaves.push({ pointer, value: seen });
    return seen.replaceAll(/[\r\n]+\s*/g, ' ');
  }

  #line(depth: number, text: string): void {
    this.lines.push('  '.repeat(depth) + text);
  }
}
