/** The rules of a mapping as rows: the same for the generated pages, the console and whoever else shows them. */
import type { CompiledMapping, GroupRule, LeafRule, Rule, Titles } from '../mapping/rules.ts';

export interface RuleRow {
  /** Where in the document: `Declaration/Consignment/ID`. */
  readonly place: string;
  readonly group: boolean;
  /** For each function code of the mapping, or one: `1`, `0..1`, `-` forbidden, `0..1~` read but ignored by the receiver. */
  readonly bounds: readonly string[];
  /** Path in the canonical message; empty: read for control only. */
  readonly canonical: string;
  /** An envelope's place for the message it carries. */
  readonly carried: boolean;
  readonly rule: string;
  readonly titles: Titles;
}

/** Every field in the order of the document, groups before what is in them. */
export const ruleRows = (mapping: CompiledMapping): RuleRow[] => rowsOf(mapping.root, '', mapping);

function rowsOf(rule: GroupRule, above: string, mapping: CompiledMapping): RuleRow[] {
  const { titles, at, parts, children } = rule;
  const own: RuleRow = {
    place: above,
    group: true,
    bounds: bounds(rule, mapping),
    canonical: at?.path.text ?? '',
    carried: false,
    rule: '',
    titles,
  };
  return [
    ...(above === '' ? [] : [own]),
    ...parts.map((part) => leafRow(part, `${above}${part.place.kind === 'text' ? '#' : `/${part.key}`}`, mapping)),
    ...children.flatMap((child) => {
      const place = above === '' ? child.key : `${above}/${child.key}`;
      return child.kind === 'group' ? rowsOf(child, place, mapping) : [leafRow(child, place, mapping)];
    }),
  ];
}

function leafRow(rule: LeafRule, place: string, mapping: CompiledMapping): RuleRow {
  const how = [
    rule.fixed === undefined ? rule.conversion.rule : `always ${rule.fixed}`,
    ...(rule.param === undefined ? [] : [`link parameter ${rule.param}`]),
    ...(rule.fallback === undefined ? [] : [`else ${rule.fallback}`]),
  ].join('; ');
  const carried = rule.content !== undefined;
  const canonical = carried ? '' : (rule.path?.text ?? '');
  return { place, group: false, bounds: bounds(rule, mapping), canonical, carried, rule: how, titles: rule.titles };
}

function bounds(rule: Rule, mapping: CompiledMapping): string[] {
  const columns = mapping.functions?.codes.length ?? 1;
  return Array.from({ length: columns }, (_, column) => {
    const min = rule.cards.min[column] ?? 0;
    const max = rule.cards.max[column] ?? 1;
    if (max === 0) return '-';
    const text = min === max ? String(min) : `${min}..${max}`;
    return rule.cards.filtered[column] ? `${text}~` : text;
  });
}
