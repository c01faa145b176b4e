/**
 * Mapping files to rules: every name, path, bound and conversion is looked at once, here, and every fault is reported at
 * once. What comes out is closures and tables; nothing of the file is interpreted while a message is read.
 */
import type { z } from 'zod';
import { issue, MESSAGE_TYPES, type Issue } from '#model';
import { conversionOf, type Conversion } from './conversions.ts';
import type { CodeList } from './codelists.ts';
import { parseData, parseDocumentPath } from './documents.ts';
import type { WholeMapping } from './overlay.ts';
import {
  bare,
  compileCollector,
  compileGetter,
  compileSetter,
  membersOf,
  parsePath,
  schemaAt,
  SELF,
  type Bag,
  type CanonicalPath,
  type Getter,
} from './paths.ts';
import type { Cards, CompiledMapping, DocumentPath, GroupRule, LeafRule, Place, Rule, Selector } from './rules.ts';
import { GroupSettings, isLeaf, isTree, LeafSettings, MappingHead, parseCard, type Card, type Tree } from './schema.ts';
import { TRANSFORMS } from './transforms.ts';

type Head = z.infer<typeof MappingHead>;
type Schema = z.core.$ZodType;

/** The compiled mapping, or only issues. */
export function compileMapping(
  whole: WholeMapping,
  lists: ReadonlyMap<string, CodeList>,
): { readonly mapping?: CompiledMapping; readonly issues: readonly Issue[] } {
  const head = MappingHead.safeParse(whole.tree);
  if (!head.success) {
    return {
      issues: head.error.issues.map((problem) =>
        issue('CONFIGURATION_INVALID', `mappings/${whole.path}/${problem.path.join('/')}`, `${problem.message}.`),
      ),
    };
  }
  const compiler = new Compiler(whole.path, head.data, lists);
  const mapping = compiler.mapping(whole.digest);
  return compiler.issues.length > 0 ? { issues: compiler.issues } : { mapping, issues: [] };
}

interface Key {
  readonly name: string;
  readonly trigger: string | undefined;
  readonly select: readonly Selector[];
}

const SEGMENT_KEY = /^(?:(\S+) )?([^\s[\]]+)(?:\[([^\]]*)\])?$/;
const NO_SELECT: readonly Selector[] = [];

class Compiler {
  readonly issues: Issue[] = [];
  readonly #path: string;
  readonly #head: Head;
  readonly #lists: ReadonlyMap<string, CodeList>;
  readonly #columns: number;
  readonly #schema: Schema | undefined;

  constructor(path: string, head: Head, lists: ReadonlyMap<string, CodeList>) {
    this.#path = path;
    this.#head = head;
    this.#lists = lists;
    this.#columns = head.functions?.codes.length ?? 1;
    this.#schema = head.canonical && MESSAGE_TYPES[head.canonical];
  }

  mapping(digest: string): CompiledMapping {
    const head = this.#head;
    if (head.mapping !== this.#path) this.#fault('mapping', 'The id and the path of the file differ.');
    if (!head.envelope && !head.canonical) this.#fault('canonical', 'A mapping that is no envelope names its canonical type.');
    const [[key, tree] = ['', {}], ...more] = Object.entries(head.document);
    if (more.length > 0 || key !== head.detect.root) this.#fault('document', 'There is one root, the one detect names.');
    const root = this.#group(key, isTree(tree) ? tree : {}, this.#schema, 'document', 0);
    const at = head.functions && parseDocumentPath(head.functions.at);
    const leaf = at && findLeaf(root, at);
    if (at && !leaf) this.#fault('functions/at', 'No leaf stands there.');
    return {
      ref: { id: head.mapping, version: head.version, digest },
      syntax: head.syntax,
      type: head.type,
      status: head.status,
      title: head.title,
      source: head.source,
      envelope: head.envelope ?? false,
      canonical: head.canonical,
      detect: {
        root: head.detect.root,
        namespace: head.detect.namespace ?? undefined,
        has: head.detect.has?.split('/'),
        where: Object.entries(head.detect.where).map(([text, value]) => ({ path: parseDocumentPath(text), text, value })),
      },
      functions: at && leaf && head.functions ? { at, text: head.functions.at, codes: head.functions.codes, leaf } : undefined,
      transforms: head.transforms.flatMap((name) => TRANSFORMS[name] ?? this.#fault(`transforms/${name}`, 'There is no such transform.')),
      constants: Object.entries(head.constants).flatMap(([text, value]) => {
        const path = this.#canonicalPath(text, this.#schema, `constants/${text}`);
        return path ? [{ path, value, set: compileSetter(path), get: compileGetter(path) }] : [];
      }),
      defaults: Object.entries(head.defaults).flatMap(([text, template]) => {
        const path = this.#canonicalPath(text, this.#schema, `defaults/${text}`);
        return path ? [{ set: compileSetter(path), get: compileGetter(path), parts: this.#template(template, text) }] : [];
      }),
      root,
    };
  }

  #fault(where: string, detail: string): [] {
    this.issues.push(issue('CONFIGURATION_INVALID', `mappings/${this.#path}/${where}`, detail));
    return [];
  }

  #template(template: string, where: string) {
    return template.split(/(\{[^}]*\})/).flatMap((part): (string | Getter)[] => {
      if (!part.startsWith('{')) return part === '' ? [] : [part];
      const path = this.#canonicalPath(part.slice(1, -1), this.#schema, `defaults/${where}`);
      return path ? [compileGetter(path)] : [];
    });
  }

  #group(key: string, tree: Tree, schema: Schema | undefined, above: string, ordinal: number): GroupRule {
    const where = `${above}/${key}`;
    const own: Record<string, unknown> = {};
    const below: [string, Tree][] = [];
    for (const [name, value] of Object.entries(tree)) {
      if (name.startsWith('$')) own[name] = value;
      else if (isTree(value)) below.push([name, value]);
      else this.#fault(`${where}/${name}`, 'A child is a map.');
    }
    const settings = GroupSettings.safeParse(own);
    for (const problem of settings.error?.issues ?? []) this.#fault(`${where}/${problem.path.join('/')}`, `${problem.message}.`);
    const { $at, $card, $when, ...titles } = settings.data ?? { $when: {} };
    const parsed = this.#key(key, where);
    const at = $at === undefined ? undefined : this.#context($at, schema, where);
    const inner = at ? at.schema : schema;
    this.#withTrigger(parsed, below);
    const parts: LeafRule[] = [];
    const children: Rule[] = [];
    for (const [name, value] of below) {
      const place = this.#innerPlace(name);
      if (place) parts.push(this.#leaf(name, value, inner, where, parts.length, place));
      else if (isLeaf(value)) children.push(this.#leaf(name, value, inner, where, children.length, { kind: 'element' }));
      else children.push(this.#group(name, value, inner, where, children.length));
    }
    const cards = this.#cards($card, where);
    return {
      kind: 'group',
      ordinal,
      key,
      name: parsed.name,
      select: parsed.select,
      selectInTrigger: parsed.trigger !== undefined,
      cards,
      repeats: Math.max(...cards.max) > 1,
      titles: { zh: titles.$zh, en: titles.$en, ru: titles.$ru, kk: titles.$kk, wco: titles.$wco },
      at: at?.rule,
      holds: holdsAny([...parts, ...children]),
      plain: at !== undefined && holdsSelf([...parts, ...children]),
      when: Object.entries($when ?? {}).flatMap(([text, value]) => {
        const path = this.#canonicalPath(text, inner, `${where}/$when`);
        return path ? [{ get: compileGetter(path), value, key: text }] : [];
      }),
      parts,
      attributes: new Map(parts.flatMap((part) => (part.place.kind === 'attribute' ? [[part.place.name, part] as const] : []))),
      covered: coverage(parts, parsed.trigger === undefined ? parsed.select : NO_SELECT),
      children,
      byName: byName(children),
    };
  }

  /** `SG11 NAD[1=CZ]`: the group's first child is the segment NAD, and the qualifier is its. */
  #withTrigger(parsed: Key, below: [string, Tree][]): void {
    const { trigger, select } = parsed;
    if (trigger === undefined) return;
    const at = below.findIndex(([name]) => name === trigger);
    const [[, tree]] = at < 0 ? [[trigger, {}] as [string, Tree]] : (below.splice(at, 1) as [[string, Tree]]);
    const selectors = select.map(({ element, component, values }) => `${element}.${component}=${values.join('|')}`).join(',');
    below.unshift([selectors === '' ? trigger : `${trigger}[${selectors}]`, { $card: '1', ...tree }]);
  }

  #key(key: string, where: string): Key {
    if (this.#head.syntax === 'xml') return { name: key, trigger: undefined, select: NO_SELECT };
    const match = SEGMENT_KEY.exec(key);
    if (!match) {
      this.#fault(where, 'The key is no segment or group.');
      return { name: key, trigger: undefined, select: NO_SELECT };
    }
    const select = (match[3] ?? '').split(',').flatMap((text): Selector[] => {
      if (text === '') return [];
      const [place = '', values = ''] = text.split('=');
      const data = parseData(place);
      if (data) return [{ element: data.element, component: data.from, values: values.split('|') }];
      this.#fault(where, 'A qualifier reads [element=value] or [element.component=value].');
      return [];
    });
    return match[1] === undefined ? { name: match[2] ?? key, trigger: undefined, select } : { name: match[1], trigger: match[2], select };
  }

  #innerPlace(key: string): Place | undefined {
    if (this.#head.syntax === 'edifact') return parseData(key);
    if (key === '#') return { kind: 'text' };
    return key.startsWith('@') ? { kind: 'attribute', name: key.slice(1) } : undefined;
  }

  #leaf(key: string, tree: Tree, schema: Schema | undefined, above: string, ordinal: number, place: Place): LeafRule {
    const where = `${above}/${key}`;
    const parsed = LeafSettings.safeParse(tree);
    for (const problem of parsed.error?.issues ?? []) this.#fault(`${where}/${problem.path.join('/')}`, `${problem.message}.`);
    const settings = parsed.data ?? LeafSettings.parse({});
    const path = settings.is === undefined ? undefined : this.#canonicalPath(settings.is, schema, where);
    const conversion = this.#conversion(settings, where);
    if (path && schema) this.#fits(conversion, path.fromRoot ? this.#schema : schema, path, where);
    const cards = this.#cards(settings.card, where);
    const repeats = Math.max(...cards.max) > 1;
    if (path && repeats && !path.repeats && !this.#head.envelope) this.#fault(where, 'What repeats needs a path with [].');
    if (conversion.run === undefined && place.kind === 'data' && place.to > place.from)
      this.#fault(where, 'A run of components needs a conversion for runs.');
    return {
      kind: 'leaf',
      ordinal,
      key,
      name: place.kind === 'element' ? key : '',
      select: NO_SELECT,
      cards,
      repeats,
      titles: { zh: settings.zh, en: settings.en, ru: settings.ru, kk: settings.kk, wco: settings.wco },
      place,
      path,
      conversion,
      fixed: settings.fixed,
      fallback: settings.default,
      mismatch: settings.mismatch,
      param: settings.param ?? (this.#head.envelope ? settings.is : undefined),
      from: this.#from(settings.from, where),
      content: settings.content,
      set: path && compileSetter(path),
      get: path && !path.repeats ? compileGetter(path) : undefined,
      collect: path?.repeats ? compileCollector(path) : undefined,
    };
  }

  #conversion(settings: LeafSettings, where: string): Conversion {
    const conversion = conversionOf(settings.as, this.#lists);
    if (typeof conversion !== 'string') return conversion;
    this.#fault(`${where}/as`, `${conversion}.`);
    return conversionOf('text', this.#lists) as Conversion;
  }

  /** A path into the message an envelope carries; its type is not known here, so only its form is checked. */
  #from(text: string | undefined, where: string) {
    const path = text === undefined ? undefined : parsePath(text);
    if (text !== undefined && !path) this.#fault(`${where}/from`, 'This is no canonical path.');
    return path && compileGetter(path);
  }

  #context(text: string, schema: Schema | undefined, where: string) {
    const path = this.#canonicalPath(text, schema, `${where}/$at`);
    if (!path) return undefined;
    const each = path.steps.at(-1)?.each === true;
    if (path.steps.slice(0, -1).some((step) => step.each)) this.#fault(`${where}/$at`, 'Only the last step may be [].');
    const base = path.fromRoot ? this.#schema : schema;
    return {
      schema: base && schemaAt(base, path),
      rule: {
        path,
        each,
        set: compileSetter(path),
        get: each ? undefined : compileGetter(path),
        collect: each ? compileCollector(path) : undefined,
      },
    };
  }

  #canonicalPath(text: string, schema: Schema | undefined, where: string): CanonicalPath | undefined {
    const path = parsePath(text);
    if (!path) {
      this.#fault(where, 'This is no canonical path.');
      return undefined;
    }
    const base = path.fromRoot ? this.#schema : schema;
    if (base && !schemaAt(base, path)) {
      this.#fault(where, `The model has no ${text} here, or it is no list.`);
      return undefined;
    }
    return path;
  }

  #fits(conversion: Conversion, schema: Schema | undefined, path: CanonicalPath, where: string): void {
    const target = schema && schemaAt(schema, path);
    if (!target || conversion.shape === 'any') return;
    const members = membersOf(target);
    const shape = members === undefined ? 'string' : 'listId' in members ? 'code' : 'unitCode' in members ? 'measure' : 'none';
    const isString = (bare(target) as unknown as { _zod: { def: { type: string } } })._zod.def.type === 'string';
    if (shape !== conversion.shape || (shape === 'string' && !isString))
      this.#fault(where, `The conversion ${conversion.rule} does not fit the model.`);
  }

  #cards(text: string | undefined, where: string): Cards {
    const tokens = (text ?? '0..1').trim().split(/\s+/);
    const cards = tokens.map((token): Card => {
      const card = parseCard(token);
      if (!card) this.#fault(`${where}/card`, 'A bound reads 1, 0..9, -, ~, ~99 or 0..1~.');
      return card ?? { min: 0, max: 1, filtered: false };
    });
    if (cards.length !== 1 && cards.length !== this.#columns) this.#fault(`${where}/card`, 'One bound, or one for each function code.');
    const columns = cards.length === 1 ? Array.from({ length: this.#columns }, () => cards[0] as Card) : cards;
    const widest = {
      min: Math.min(...columns.map((card) => card.min)),
      max: Math.max(...columns.map((card) => card.max)),
      filtered: false,
    };
    const all = [...columns, widest];
    return { min: all.map((card) => card.min), max: all.map((card) => card.max), filtered: all.map((card) => card.filtered) };
  }
}

/**
 * A quick look whether a context holds anything the rules write, so that the many absent optional groups cost nothing.
 * Undefined where a rule looks elsewhere: at parameters, at carried content, or from the root of the message.
 */
function holdsAny(rules: readonly Rule[]): ((context: Bag) => boolean) | undefined {
  const looks: ((context: Bag) => boolean)[] = [];
  for (const rule of rules) {
    const look = rule.kind === 'group' && !rule.at ? rule.holds : holdsOne(rule);
    if (!look) return undefined;
    looks.push(look);
  }
  const [only] = looks;
  if (looks.length === 1) return only;
  return (context) => {
    for (const look of looks) if (look(context)) return true;
    return false;
  };
}

function holdsOne(rule: Rule): ((context: Bag) => boolean) | undefined {
  if (rule.kind === 'leaf' && (rule.param !== undefined || rule.content !== undefined || rule.from !== undefined)) return undefined;
  if (rule.kind === 'leaf' && (rule.fixed !== undefined || !rule.path)) return () => false;
  const path = rule.kind === 'leaf' ? rule.path : rule.at?.path;
  const key = path?.steps[0]?.key;
  return path && !path.fromRoot && key !== undefined ? (context) => context[key] !== undefined : undefined;
}

/** Also through groups that do not move the context, such as the trigger segment of a group. */
const holdsSelf = (rules: readonly Rule[]): boolean =>
  rules.some((rule) => (rule.kind === 'leaf' ? rule.path?.text === SELF : !rule.at && holdsSelf([...rule.parts, ...rule.children])));

function byName(children: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const map = new Map<string, Rule[]>();
  for (const child of children) map.set(child.name, [...(map.get(child.name) ?? []), child]);
  return map;
}

/** Components that are read by a part or fixed by a selector. */
function coverage(parts: readonly LeafRule[], select: readonly Selector[]): ReadonlySet<number> {
  const covered = new Set<number>();
  for (const { element, component } of select) covered.add(element * 1000 + component);
  for (const { place } of parts) {
    if (place.kind === 'data')
      for (let component = place.from; component <= place.to; component++) covered.add(place.element * 1000 + component);
  }
  return covered;
}

function findLeaf(root: GroupRule, path: DocumentPath): LeafRule | undefined {
  let rule: Rule = root;
  for (const name of path.names) {
    const next: Rule | undefined = rule.kind === 'group' ? rule.byName.get(name)?.[0] : undefined;
    if (!next) return undefined;
    rule = next;
  }
  if (rule.kind === 'leaf') return rule;
  const { place } = path;
  return rule.parts.find(
    (part) =>
      part.place.kind === place.kind &&
      (place.kind !== 'data' || (part.place.kind === 'data' && part.place.element === place.element && part.place.from === place.from)) &&
      (place.kind !== 'attribute' || (part.place.kind === 'attribute' && part.place.name === place.name)),
  );
}
