/** The partners of an account: some, or all there are and will be. */
export type Partners = 'all' | readonly string[];

/** What a scope needs of the agreements: each partner has one link. */
export interface LinkTable {
  linkTo(partner: string): { readonly id: string } | undefined;
}

/**
 * Whose messages somebody may see. The one place of object-level access: every query for people takes a scope and every one
 * passes `links` to the database, so that what lies outside is not found rather than hidden. An id of another partner's message
 * is therefore answered like an id that does not exist.
 */
export class Scope {
  /** For work of the gateway itself, never for a request. */
  static readonly everything = new Scope('all', undefined);

  private constructor(
    readonly partners: Partners,
    /** The links for `$n::text[] IS NULL OR link = ANY ($n)`; undefined: all. */
    readonly links: readonly string[] | undefined,
  ) {}

  static of(partners: Partners, table: LinkTable): Scope {
    if (partners === 'all') return Scope.everything;
    return new Scope(
      partners,
      partners.flatMap((partner) => table.linkTo(partner)?.id ?? []),
    );
  }

  coversLink(link: string): boolean {
    return this.links === undefined || this.links.includes(link);
  }

  coversPartner(partner: string): boolean {
    return this.partners === 'all' || this.partners.includes(partner);
  }
}
