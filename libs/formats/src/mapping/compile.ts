/**
 * Mapping files to rules: every name, path, bound and conversion is looked at once, here, and every fault is reported at
 * once. What comes out is closures and tables; nothing of the file is interpreted while a message is read.
 */
import { safeParse, type z } from 'zod';
import { ExchangeError, issue, MESSAGE_TYPES, type Issue } from '#model';
import { columnsOf } from './columns.ts';
import { contentDigest } from './content-digest.ts';
import { conversionOf, type Conversion } from './conversions.ts';
import type { CodeList } from './codelists.ts';
import { parseData, parseDocumentPath } from './documents.ts';
import { byName, coverage, findLeaf, holdsAny, holdsSelf, plainOf } from './lookups.ts';
import { faceOf, headOf, RULES, type Head, type Rules } from './head.ts';
import type { WholeMapping } from './overlay.ts';
import {
  bare,
  compileCollector,
  compileGetter,
  compileSetter,
  membersOf,
  parsePath,
  schemaAt,
  type CanonicalPath,
  type Getter,
} from './paths.ts';
import type { Cards, CompiledMapping, GroupRule, LeafRule, Place, Rule, Selector } from './rules.ts';
import { GroupSettings, isLeaf, isTree, LeafSettings, parseCard, type Card, type Tree } from './schema.ts';
import { TRANSFORMS } from './transforms.ts';

type Schema = z.core.$ZodType;

export interface Compiled {
  readonly mapping?: CompiledMapping;
  readonly issues: readonly Issue[];
}

/** The compiled mapping, or only issues. */
export function compileMapping(whole: WholeMapping, lists: ReadonlyMap<string, CodeList>): Compiled {
  const head = headOf(whole);
  if ('issues' in head) return head;
  const compiler = new Compiler(whole.path, head, lists);
  const mapping = { ...faceOf(head, whole.digest), ...compiler.rules() };
  return compiler.issues.length > 0 ? { issues: compiler.issues } : { mapping, issues: [] };
}

/** Only what a mapping is known by; its rules are compiled when they are first used, and a fault in them is thrown then. */
export function outlineMapping(whole: WholeMapping, lists: ReadonlyMap<string, CodeList>): Compiled {
  const head = headOf(whole);
  if ('issues' in head) return head;
  let rules: Rules | undefined;
  const compiled = (): Rules => {
    if (rules) return rules;
    const compiler = new Compiler(whole.path, head, lists);
    rules = compiler.rules();
    if (compiler.issues.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues: compiler.issues });
    return rules;
  };
  const mapping = { ...faceOf(head, whole.digest) } as CompiledMapping;
  for (const name of RULES) Object.defineProperty(mapping, name, { get: () => compiled()[name], enumerable: true });
  return { mapping, issues: [] };
}

interface Key {
  readonly name: string;
  readonly namespaces?: readonly string[] | undefined;
  readonly trigger: string | undefined;
  readonly select: readonly Selector[];
}

const SEGMENT_KEY = /^(?:(\S+) )?([^\s[\]]+)(?:\[([^\]]*)\])?$/;
const NO_SELECT: readonly Selector[] = [];
/** A value inside its parent's node has no name of its own. */
const INSIDE = { name: '', namespaces: undefined };

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

  rules(): Rules {
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
      prefixes: this.#prefixes(),
      functions: at && leaf && head.functions ? { at, text: head.functions.at, ...columnsOf(head.functions.codes), leaf } : undefined,
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
      if (part === '{#}') return [contentDigest];
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
    const { $at, $card, $when, $is, $order, $oneOf, ...titles } = settings.data ?? { $when: {}, $is: {}, $oneOf: [] };
    const parsed = this.#key(key, where);
    const at = $at === undefined ? undefined : this.#context($at, schema, where);
    const inner = at ? at.schema : schema;
    this.#withTrigger(parsed, below);
    const parts: LeafRule[] = [];
    const children: Rule[] = [];
    for (const [name, value] of below) {
      const before = value['before'] ?? value['$before'];
      if (typeof before === 'string' && !(before in tree)) this.#fault(`${where}/${name}/before`, `There is no child ${before}.`);
      const place = this.#innerPlace(name);
      if (place) parts.push(this.#leaf(name, value, inner, where, parts.length, place));
      else if (isLeaf(value)) children.push(this.#leaf(name, value, inner, where, children.length, { kind: 'element' }));
      else children.push(this.#group(name, value, inner, where, children.length));
    }
    const cards = this.#cards($card, where);
    const sets = this.#sets($is, inner, where);
    return {
      kind: 'group',
      ordinal,
      key,
      name: parsed.name,
      namespaces: parsed.namespaces,
      select: parsed.select,
      selectInTrigger: parsed.trigger !== undefined,
      cards,
      repeats: Math.max(...cards.max) > 1,
      titles: { zh: titles.$zh, en: titles.$en, ru: titles.$ru, kk: titles.$kk, wco: titles.$wco },
      at: at?.rule,
      holds: holdsAny([...parts, ...children]),
      plain: at !== undefined && holdsSelf([...parts, ...children]),
      when: Object.entries($when ?? {})
        .flatMap(([text, value]) => {
          const path = this.#canonicalPath(text, inner, `${where}/$when`);
          return path ? [{ get: compileGetter(path), value, key: text }] : [];
        })
        .concat(sets.map(({ path, value }) => ({ get: compileGetter(path), value: plainOf(value), key: path.text }))),
      sets,
      parts,
      attributes: new Map(parts.flatMap((part) => (part.place.kind === 'attribute' ? [[part.place.name, part] as const] : []))),
      covered: coverage(parts, parsed.trigger === undefined ? parsed.select : NO_SELECT),
      children,
      ordered: this.#head.syntax === 'xml' && $order !== 'any',
      oneOf: this.#alternatives($oneOf, children, where),
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

  /** Constant members of the entries of a group; they fit the model. */
  #sets($is: Readonly<Record<string, unknown>>, schema: Schema | undefined, where: string): GroupRule['sets'] {
    return Object.entries($is).flatMap(([text, value]) => {
      const path = this.#canonicalPath(text, schema, `${where}/$is`);
      if (!path) return [];
      const target = schema && schemaAt(schema, path);
      if (target && !safeParse(target, value).success) this.#fault(`${where}/$is`, `The value does not fit ${text} of the model.`);
      return [{ set: compileSetter(path), path, value }];
    });
  }

  #alternatives(sets: readonly (readonly string[])[], children: readonly Rule[], where: string): GroupRule['oneOf'] {
    const found = sets.map((keys) =>
      keys.flatMap((key) => children.find((child) => child.key === key) ?? this.#fault(`${where}/$oneOf`, `There is no child ${key}.`)),
    );
    return found.length > 0 ? found : undefined;
  }

  /** A code that has a counterpart is also kept as it stood. */
  #verbatim(settings: LeafSettings, schema: Schema | undefined, where: string): LeafRule['verbatim'] {
    if (settings.verbatim === undefined) return undefined;
    const path = this.#canonicalPath(settings.verbatim, schema, where);
    const [word, listId] = settings.as.split(' ');
    if (word !== 'code' || listId === undefined) this.#fault(`${where}/verbatim`, 'Only a code is kept verbatim.');
    return path && { path, set: compileSetter(path), get: compileGetter(path), listId: listId ?? '' };
  }

  #prefixes(): CompiledMapping['prefixes'] {
    const pairs = Object.entries(this.#head.namespaces).flatMap(([prefix, [written = '']]) => [[written, prefix] as const]);
    return pairs.length > 0 ? new Map(pairs) : undefined;
  }

  /** `cat_ru:DocumentID`: the local name, and the namespaces of the prefix; without a prefix those of the root. */
  #qualified(key: string, where: string): { readonly name: string; readonly namespaces: readonly string[] | undefined } {
    const { namespaces, detect, syntax } = this.#head;
    if (syntax !== 'xml' || Object.keys(namespaces).length === 0) return { name: key, namespaces: undefined };
    const [, prefix, name = key] = /^(?:([^:]+):)?([^:]+)$/.exec(key) ?? [];
    if (prefix === undefined) return { name, namespaces: detect.namespace ?? [] };
    if (!namespaces[prefix]) this.#fault(where, 'The prefix is not among the namespaces of the mapping.');
    return { name, namespaces: namespaces[prefix] ?? [] };
  }

  #key(key: string, where: string): Key {
    if (this.#head.syntax === 'xml') return { ...this.#qualified(key, where), trigger: undefined, select: NO_SELECT };
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
    if (this.#head.syntax !== 'xml') return parseData(key);
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
    if (path?.repeats && place.kind !== 'element') this.#fault(where, 'There is one value here: its path has no [].');
    if (conversion.run === undefined && place.kind === 'data' && place.to > place.from)
      this.#fault(where, 'A run of components needs a conversion for runs.');
    return {
      kind: 'leaf',
      ordinal,
      key,
      ...(place.kind === 'element' ? this.#qualified(key, where) : INSIDE),
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
      verbatim: this.#verbatim(settings, schema, where),
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
