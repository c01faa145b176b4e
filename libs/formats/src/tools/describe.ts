/** A mapping as a table for people: generated into docs/formats, so that it never differs from what the gateway does. */
import type { CompiledMapping, Titles } from '../mapping/rules.ts';
import { TRANSFORMS, type Transform } from '../mapping/transforms.ts';
import { KNOWN_BY_NAME } from './known-by-name.ts';
import { ruleRows, type RuleRow } from './rule-rows.ts';

/** One message type in Markdown: what it is, how it is told apart, and every field with its bounds for each function code. */
export function describeMapping(mapping: CompiledMapping): string {
  const codes = mapping.functions?.codes ?? [];
  const heads = [
    'field',
    ...(codes.length > 0 ? codes.map((code) => `fn ${code}`) : ['bounds']),
    'canonical',
    'rule',
    '中文',
    'English',
    'WCO',
  ];
  const rows = ruleRows(mapping).map(cellsOf);
  return [
    `# ${mapping.ref.id}`,
    '',
    ...Object.entries(mapping.title).map(([language, title]) => `- ${language}: ${escape(title)}`),
    '',
    mapping.status === 'confirmed'
      ? 'Status: **confirmed** by the sources named below.'
      : 'Status: **provisional**. Not publicly confirmed: a profile of ours, to be agreed with the partner before use.',
    '',
    `- version ${mapping.ref.version}, type \`${mapping.type}\`, syntax ${mapping.syntax}${mapping.envelope ? ', an envelope' : ''}`,
    ...(mapping.canonical ? [`- canonical message: \`${mapping.canonical}\``] : []),
    `- source: ${escape(mapping.source)}`,
    `- told by: ${detection(mapping)}`,
    ...(mapping.transforms.length > 0
      ? [`- transforms: ${mapping.transforms.map((transform) => code(transformName(transform))).join(', ')}`]
      : []),
    '',
    'Bounds: `1` mandatory, `0..1` optional, `-` forbidden, `~` read but ignored by the receiver for this function code.',
    '',
    row(heads),
    row(heads.map(() => '---')),
    ...rows.map(row),
    '',
  ].join('\n');
}

/** The table of contents, by family, and what is known by name only. */
export function describeIndex(mappings: readonly CompiledMapping[]): string {
  const lines = [...mappings]
    .sort((one, other) => (one.ref.id < other.ref.id ? -1 : 1))
    .map(({ ref, type, canonical, syntax, status, title, envelope }) =>
      row([
        `[${ref.id}](${ref.id}.md)`,
        type,
        envelope ? '(envelope)' : (canonical ?? ''),
        syntax,
        status,
        escape(title['zh'] ?? ''),
        escape(title['en'] ?? ''),
      ]),
    );
  const confirmed = mappings.filter(({ status }) => status === 'confirmed').length;
  return [
    '# Formats',
    '',
    `Generated from config/mappings by \`landbridge mapping docs\`; a test keeps it current. ${mappings.length} mappings, ${confirmed} confirmed, ` +
      `${mappings.length - confirmed} provisional. Every one is read and written.`,
    '',
    row(['mapping', 'type', 'canonical', 'syntax', 'status', '中文', 'English']),
    row(['---', '---', '---', '---', '---', '---', '---']),
    ...lines,
    '',
    '## Known by name only',
    '',
    'Named in public, laid out nowhere we know of. Nothing is guessed: these are neither read nor written, and a document of them is answered',
    'with `FORMAT_UNKNOWN`. Whoever has a layout writes a mapping ([mapping-language.md](../mapping-language.md)).',
    '',
    row(['name', 'what it is', 'what is missing']),
    row(['---', '---', '---']),
    ...KNOWN_BY_NAME.map(({ names, what, missing }) => row([names, what, missing].map(escape))),
    '',
  ].join('\n');
}

function cellsOf({ place, group, bounds, canonical, carried, rule, titles: named }: RuleRow): string[] {
  const where = carried ? 'the carried message' : code(canonical);
  return [group ? `**${escape(place)}**` : escape(place), ...bounds, where, code(rule), ...titles(named)];
}

const titles = ({ zh = '', en = '', wco = '' }: Titles): string[] => [escape(zh), escape(en), escape(wco)];

function detection({ detect }: CompiledMapping): string {
  const { root, namespaces, has, where } = detect;
  return [
    `root \`${root}\``,
    ...(namespaces.length > 0 ? [`namespace ${namespaces.map(code).join(' or ')}`] : []),
    ...(has ? [`child \`${has.join('/')}\``] : []),
    ...where.map(({ text, value }) => `${code(text)} = ${code(value)}`),
  ].join(', ');
}

const transformName = (transform: Transform): string => Object.entries(TRANSFORMS).find(([, one]) => one === transform)?.[0] ?? '';
const code = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``);
const escape = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').replaceAll('<', '&lt;');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
