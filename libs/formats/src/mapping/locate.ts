/** From a place in the canonical message back to the place in the document it came from. */
import { SELF } from './paths.ts';
import type { CompiledMapping, GroupRule, Rule } from './rules.ts';

export type Locator = (canonicalPointer: string) => string | undefined;

interface Entry {
  /** Document steps; a number is the index of the canonical list (counted from the left) that numbers the step. */
  readonly steps: readonly { readonly text: string; readonly list: number | undefined }[];
}

/**
 * Answers `/consignment/0/usedTransportEquipment/3/id` with `/Manifest/Declaration/Consignment[1]/TransportEquipment[4]/…`.
 * A pointer to something no rule reads answers with the nearest part above it; where rules select entries by a qualifier
 * the number is that of the entry in the canonical list.
 */
export function compileLocator(mapping: CompiledMapping): Locator {
  const entries = new Map<string, Entry>();
  collect(mapping.root, '', 0, [{ text: `/${mapping.root.name}`, list: undefined }], entries);
  return (pointer) => {
    const lists: number[] = [];
    const keys = pointer
      .split('/')
      .slice(1)
      .map((step) => (/^\d+$/.test(step) ? (lists.push(Number(step)), '*') : step));
    for (let length = keys.length; length > 0; length--) {
      const entry = entries.get(keys.slice(0, length).join('/'));
      if (entry) return entry.steps.map(({ text, list }) => (list === undefined ? text : `${text}[${(lists[list] ?? 0) + 1}]`)).join('');
    }
    return undefined;
  };
}

function collect(rule: GroupRule, canonical: string, lists: number, steps: Entry['steps'], entries: Map<string, Entry>): void {
  for (const part of rule.parts)
    record(part, canonical, part.place.kind === 'text' ? steps : [...steps, { text: `/${part.key}`, list: undefined }], entries);
  for (const child of rule.children) {
    const text = `/${child.name}`;
    if (child.kind === 'leaf') {
      const repeats = child.repeats && child.path?.repeats === true;
      record(child, canonical, [...steps, { text, list: repeats ? lists : undefined }], entries);
      continue;
    }
    const at = child.at?.path;
    const base = at?.fromRoot ? '' : canonical;
    const inner = at ? join(base, at.steps.map(({ key, each }) => (each ? `${key}/*` : key)).join('/')) : canonical;
    const next = [...steps, { text, list: child.at?.each ? lists : undefined }];
    if (at && !entries.has(inner)) entries.set(inner, { steps: next });
    collect(child, inner, lists + (child.at?.each ? 1 : 0), next, entries);
  }
}

function record(rule: Rule, canonical: string, steps: Entry['steps'], entries: Map<string, Entry>): void {
  if (rule.kind !== 'leaf' || !rule.path || rule.path.text === SELF) return;
  const path = rule.path.steps.map(({ key, each }) => (each ? `${key}/*` : key)).join('/');
  const key = join(rule.path.fromRoot ? '' : canonical, path);
  if (!entries.has(key)) entries.set(key, { steps });
}

const join = (above: string, below: string): string => (above === '' ? below : `${above}/${below}`);
