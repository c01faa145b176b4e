import {
  createTranslator,
  type Decoded,
  type DecodeOptions,
  type Detection,
  type DocumentNode,
  type Encoded,
  type RuleRow,
  type TextFile,
  type Translator,
  type TranslatorFiles,
} from '#formats';
import type { CanonicalMessage, FormatChoice, Issue } from '#model';

/** What stands for an installed mapping on one link. */
export interface LiveMapping {
  readonly link: string;
  readonly base: string;
  readonly mapping: string;
  readonly version: string;
  readonly text: string;
  readonly codelists: readonly TextFile[];
}

/** The mappings of one link: translator, and which mapping stands for which. */
export interface LinkMappings {
  readonly translator: Translator;
  readonly instead: ReadonlyMap<string, string>;
}

/**
 * The installed mappings, and on single links the versions that were published there. What is under way keeps the version it was
 * begun with: a translation is one call. Changing versions never fails: what does not compile (any more) is reported, and the link
 * keeps the installed mapping.
 */
export class LiveTranslator implements Translator {
  #links: ReadonlyMap<string, LinkMappings> = new Map();
  #live: readonly LiveMapping[] = [];
  #own: Translator['mappings'] = [];

  constructor(
    private readonly installed: Translator,
    private readonly files: TranslatorFiles,
  ) {}

  /** What was published, as it was taken over last. */
  get live(): readonly LiveMapping[] {
    return this.#live;
  }

  take(live: readonly LiveMapping[], report: (error: unknown) => void): void {
    const byLink = new Map<string, LiveMapping[]>();
    for (const one of live) byLink.set(one.link, [...(byLink.get(one.link) ?? []), one]);
    const built = new Map<string, LinkMappings>();
    const links = new Map<string, LinkMappings>();
    for (const [link, own] of byLink) {
      const key = own
        .map(({ version }) => version)
        .toSorted()
        .join(' ');
      try {
        const mappings = built.get(key) ?? mappingsWith(this.files, own);
        built.set(key, mappings);
        links.set(link, mappings);
      } catch (error) {
        report(error);
      }
    }
    this.#links = links;
    this.#live = live;
    const names = new Set(live.map(({ mapping }) => mapping));
    this.#own = [...built.values()].flatMap(({ translator }) => translator.mappings.filter(({ id }) => names.has(id)));
  }

  /** The translator as it would be with another version on a link. */
  with(one: LiveMapping): Translator {
    const others = this.#live.filter(({ link, base }) => link === one.link && base !== one.base);
    const mappings = mappingsWith(this.files, [...others, one]);
    const translator = new LiveTranslator(this.installed, this.files);
    translator.#links = new Map([...this.#links, [one.link, mappings]]);
    return translator;
  }

  detect(
    bytes: Buffer,
    options?: Pick<DecodeOptions, 'charsets' | 'maxBytes' | 'link'>,
  ): { detection?: Detection; issues: readonly Issue[] } {
    return this.#of(options?.link).detect(bytes, options);
  }

  decode(bytes: Buffer, options: DecodeOptions = {}): Decoded {
    const own = this.#links.get(options.link ?? '');
    return own ? own.translator.decode(bytes, { instead: own.instead, ...options }) : this.installed.decode(bytes, options);
  }

  documents(bytes: Buffer, options?: Pick<DecodeOptions, 'charsets' | 'maxBytes' | 'link'>): readonly DocumentNode[] {
    return this.#of(options?.link).documents(bytes, options);
  }

  encode(message: CanonicalMessage, choice: FormatChoice, options: { trace?: boolean; link?: string } = {}): Encoded {
    const own = this.#links.get(options.link ?? '');
    if (!own) return this.installed.encode(message, choice, options);
    return own.translator.encode(message, { ...choice, mapping: own.instead.get(choice.mapping) ?? choice.mapping }, options);
  }

  check(message: CanonicalMessage): Issue[] {
    return this.installed.check(message);
  }

  rules(id: string): { readonly functions: readonly string[]; readonly rows: readonly RuleRow[] } | undefined {
    return this.installed.rules(id) ?? [...this.#links.values()].map(({ translator }) => translator.rules(id)).find((found) => found);
  }

  /** Of a mapping with several versions in place, each. */
  get mappings(): Translator['mappings'] {
    return this.#own.length === 0 ? this.installed.mappings : [...this.installed.mappings, ...this.#own];
  }

  /** The same with the installed mapping that each published version stands for. */
  inPlace(): readonly { readonly id: string; readonly version: string; readonly base?: string }[] {
    const bases = new Map(this.#live.map(({ mapping, base }) => [mapping, base]));
    return this.mappings.map(({ id, version }) => {
      const base = bases.get(id);
      return { id, version, ...(base !== undefined && { base }) };
    });
  }

  #of(link: string | undefined): Translator {
    return this.#links.get(link ?? '')?.translator ?? this.installed;
  }
}

/** Throws CONFIGURATION_INVALID with every fault of the versions; the installed mappings are known to be sound. */
function mappingsWith(files: TranslatorFiles, live: readonly LiveMapping[]): LinkMappings {
  const [paths, lists] = [new Set(live.map(({ mapping }) => mapping)), live.flatMap(({ codelists }) => codelists)];
  const own = new Set(lists.map(({ path }) => path));
  const translator = createTranslator(
    {
      ...files,
      mappings: [...files.mappings.filter(({ path }) => !paths.has(path)), ...live.map(({ mapping: path, text }) => ({ path, text }))],
      codelists: [...files.codelists.filter(({ path }) => !own.has(path)), ...new Map(lists.map((list) => [list.path, list])).values()],
    },
    { lazily: true },
  );
  // A fault shows now and not with the first message.
  for (const id of paths) translator.rules(id);
  return { translator, instead: new Map(live.map(({ base, mapping }) => [base, mapping])) };
}
