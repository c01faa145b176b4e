/** What the gateway was set up with: the answers of /api/mappings, /api/codelists, /api/partners and /api/keys. */
export type Titles = Readonly<Record<string, string | undefined>>;

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
  readonly links: readonly string[];
}

export interface Rule {
  readonly place: string;
  readonly group: boolean;
  readonly bounds: readonly string[];
  readonly canonical: string;
  readonly carried: boolean;
  readonly rule: string;
  readonly titles: Titles;
}

export interface MappingShown extends MappingLine {
  readonly functions: readonly string[];
  readonly rules: readonly Rule[];
}

export interface Partner {
  readonly key: string;
  readonly name: Titles;
  readonly country: string;
  readonly link: {
    readonly id: string;
    readonly transport: string;
    readonly test: boolean;
    readonly charsets: readonly string[];
    readonly limits: Readonly<Record<string, number>>;
    readonly delivery: Readonly<Record<string, number | string>>;
    readonly exceptions: readonly { readonly kind: string; readonly reason: string; readonly until: string }[];
  };
  readonly formats: readonly { readonly type: string; readonly mapping: string; readonly envelope?: string; readonly charset?: string }[];
  readonly routes: readonly { readonly from: string; readonly to: string; readonly messageType: string; readonly priority: string }[];
}

export interface Key {
  readonly party: string;
  readonly kid: string;
  readonly alg: string;
  readonly status: string;
  readonly from: string;
  readonly until?: string;
  readonly compromisedSince?: string;
  readonly certificate?: { readonly subject: string; readonly issuer: string; readonly validTo: string };
}

/** A title in the language of the reader, or in English, or in any. */
export function titleIn(title: Titles, language: string): string {
  return title[language.split('-')[0]!] ?? title['en'] ?? Object.values(title).find((text) => text !== undefined) ?? '';
}
