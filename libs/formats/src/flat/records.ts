/** How the records of a platform file nest: a bill holds its places, parties and cargo; a cargo its marks, description and containers. */
import type { DocumentNode } from '../document.ts';
import type { Segment } from '../edifact/segment.ts';

interface Form {
  /** Record that opens a group, by the record or records that may hold it; the innermost open one first. */
  readonly within: Readonly<Record<string, readonly string[]>>;
  /** A group that files leave out and that is read as one without fields, by the records that need it. */
  readonly implied: Readonly<Record<string, string>>;
  /** Fields that are the lines of one text, by record: the first of them, counted from 1. They become one list. */
  readonly lines: Readonly<Record<string, number>>;
}

const BILL = ['12'];
const CARGO = ['41'];
const PLAIN: Form = { within: {}, implied: {}, lines: {} };

const FORMS: Readonly<Record<string, Form>> = {
  IFCSUM: {
    within: {
      ...Object.fromEntries(['13', '14', '15', '16', '17', '18', '19', '20', '21', '23', '41'].map((record) => [record, BILL])),
      ...Object.fromEntries(['43', '44', '47', '51'].map((record) => [record, CARGO])),
    },
    implied: { '43': '41', '44': '41', '47': '41', '51': '41' },
    lines: { '16': 2, '17': 2, '18': 2, '19': 2, '20': 2, '44': 1, '47': 1 },
  },
};

/** A group made because the file left its record out (or would have been): the first of its bill, without fields. It is not written. */
export function isImplied(type: string, record: DocumentNode, parent: DocumentNode): boolean {
  const made = Object.values((Object.hasOwn(FORMS, type) && FORMS[type]?.implied) || {});
  return (
    made.includes(record.name.slice(1)) &&
    parent.children.find(({ name }) => name === record.name) === record &&
    record.children.length > 0 &&
    (record.data ?? []).flat().every((text) => text === '')
  );
}

/** Grows with each record. */
export class RecordTree {
  readonly root: DocumentNode = { name: 'PlatformFile', children: [], position: 1 };
  readonly #form: Form;
  #open: DocumentNode[] = [this.root];

  constructor(type: string) {
    this.#form = (Object.hasOwn(FORMS, type) && FORMS[type]) || PLAIN;
  }

  /** Puts the record where it belongs; gives the nodes from the root to it. */
  place({ tag, data, number }: Segment): readonly DocumentNode[] {
    const node: DocumentNode = { name: `R${tag}`, data: this.#joined(tag, data), children: [], position: number };
    this.#closeTo(tag);
    this.#open.at(-1)?.children.push(node);
    this.#open.push(node);
    return [...this.#open];
  }

  /** `/PlatformFile/R12[2]/R13`, as far as the file has been read. */
  pointer(path: readonly DocumentNode[]): string {
    return path
      .map(({ name }, depth) => {
        const siblings = path[depth - 1]?.children.filter((one) => one.name === name) ?? [];
        return `/${name}${siblings.length > 1 ? `[${siblings.length}]` : ''}`;
      })
      .join('');
  }

  /** Leaves open what may hold the record: without its bill it stands at the root, without its cargo in one made for it. */
  #closeTo(tag: string): void {
    const holders = this.#form.within[tag] ?? [];
    const at = this.#open.findLastIndex(({ name }) => holders.includes(name.slice(1)));
    if (at >= 0) this.#open.length = at + 1;
    else {
      const implied = this.#form.implied[tag];
      const above = implied === undefined ? [] : (this.#form.within[implied] ?? []);
      const bill = this.#open.findLastIndex(({ name }) => above.includes(name.slice(1)));
      this.#open.length = Math.max(bill, 0) + 1;
      if (bill < 0) return;
      const made: DocumentNode = { name: `R${implied}`, data: [], children: [], position: this.#open[bill]?.position };
      this.#open.at(-1)?.children.push(made);
      this.#open.push(made);
    }
  }

  #joined(tag: string, data: string[][]): string[][] {
    const from = this.#form.lines[tag];
    return from === undefined || data.length < from ? data : [...data.slice(0, from - 1), data.slice(from - 1).map(([text = '']) => text)];
  }
}
