/** What a message says: the answers of /api/messages/:id/content, /reveal and /diff. */
export interface ContentField {
  readonly pointer: string;
  readonly canonical?: string;
  readonly rule: string;
  readonly value: string;
  readonly meaning: string;
  readonly masked: boolean;
}

export interface Content {
  readonly state: 'whole' | 'masked' | 'removed' | 'large';
  readonly charset?: string;
  readonly bytes: number;
  readonly mapping?: { readonly id: string; readonly version: string };
  readonly canonicalType?: string;
  readonly fields: readonly ContentField[];
  readonly more: number;
  readonly text?: string;
  readonly textCut?: boolean;
}

export const FORMS = ['signed', 'document', 'canonical', 'answers'] as const;
export type Form = (typeof FORMS)[number];

export interface Differences {
  readonly before: { readonly text: string };
  readonly after: { readonly text: string };
  readonly masked: boolean;
  readonly unrelated: boolean;
  readonly more: number;
  readonly differences: readonly {
    readonly kind: 'added' | 'removed' | 'changed' | 'moved' | 'sameMeaning';
    readonly path: string;
    readonly message: number;
    readonly before?: { readonly value: unknown };
    readonly after?: { readonly value: unknown };
  }[];
}
