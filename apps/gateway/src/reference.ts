import type { AgreementBook } from '#exchange';
import type { CodeList, RuleRow, Translator } from '#formats';
import { ExchangeError, type Link, type Route } from '#model';

type Titles = Readonly<Record<string, string>>;

export interface MappingLine {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly type: string;
  readonly syntax: string;
  readonly status: string;
  readonly canonicalType?: string;
  readonly envelope: boolean;
  readonly title: Titles;
  /** Links over which we write it. */
  readonly links: readonly string[];
}

export interface PartnerLine {
  readonly key: string;
  readonly name: Titles;
  readonly country: string;
  readonly link: Pick<Link, 'id' | 'transport' | 'test' | 'charsets' | 'limits' | 'delivery' | 'exceptions'>;
  /** How we write each canonical type to it. */
  readonly formats: readonly { readonly type: string; readonly mapping: string; readonly envelope?: string; readonly charset?: string }[];
  /** What it sends on to whom, and gets from whom. */
  readonly routes: readonly Route[];
}

/** What this gateway was set up with, for people to look at: mappings, code lists, partners. It does not change while it runs. */
export class Reference {
  constructor(
    private readonly translator: Translator,
    private readonly book: AgreementBook,
    private readonly codeLists: ReadonlyMap<string, CodeList>,
  ) {}

  mappings(): readonly MappingLine[] {
    return this.translator.mappings.map((mapping) => ({ ...mapping, links: this.#linksOf(mapping.id) })).toSorted(byId);
  }

  /** Throws NOT_FOUND. */
  rules(id: string): MappingLine & { readonly functions: readonly string[]; readonly rules: readonly RuleRow[] } {
    const [line, found] = [this.mappings().find((one) => one.id === id), this.translator.rules(id)];
    if (!line || !found) throw new ExchangeError('NOT_FOUND');
    return { ...line, functions: found.functions, rules: found.rows };
  }

  lists() {
    return [...this.codeLists.values()]
      .map(({ id, version, title, open, entries }) => ({ id, version, title, open, codes: entries.size }))
      .toSorted(byId);
  }

  /** Throws NOT_FOUND. */
  codes(id: string) {
    const list = this.codeLists.get(id);
    if (!list) throw new ExchangeError('NOT_FOUND');
    const { version, title, entries } = list;
    const codes = [...entries].map(([code, { zh, en, ru, kk, is, status }]) => ({
      code,
      title: Object.fromEntries(Object.entries({ zh, en, ru, kk }).filter(([, text]) => text !== undefined)) as Titles,
      ...(is !== undefined && { canonical: is }),
      ...(status !== undefined && { status }),
    }));
    return { id, version, title, codes };
  }

  partners(): readonly PartnerLine[] {
    return this.book.links.map(({ partner, formats, ...link }) => ({
      key: partner,
      name: this.book.party(partner)?.name ?? { en: partner },
      country: this.book.party(partner)?.country ?? '',
      link: {
        id: link.id,
        transport: link.transport,
        test: link.test,
        charsets: link.charsets,
        limits: link.limits,
        delivery: link.delivery,
        exceptions: link.exceptions,
      },
      formats: Object.entries(formats).flatMap(([type, choice]) =>
        choice
          ? [
              {
                type,
                mapping: choice.mapping,
                ...(choice.envelope !== undefined && { envelope: choice.envelope }),
                ...(choice.charset !== undefined && { charset: choice.charset }),
              },
            ]
          : [],
      ),
      routes: this.book.allRoutes.filter(({ from, to }) => from === partner || to === partner),
    }));
  }

  #linksOf(id: string): string[] {
    return this.book.links.flatMap(({ id: link, formats }) => {
      const names = Object.values(formats).flatMap((choice) => [choice?.mapping, choice?.envelope]);
      return names.some((name) => name !== undefined && matches(name, id)) ? [link] : [];
    });
  }
}

/** `{type}` in an agreement stands for the type of each message. */
function matches(name: string, id: string): boolean {
  const [before = '', after] = name.split('{type}');
  return after === undefined ? name === id : id.startsWith(before) && id.endsWith(after) && !id.slice(before.length).includes('/');
}

const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1);
