import type { Agreements, CanonicalMessage, FormatChoice, Issue, Link, Party, Route } from '#model';
import { ExchangeError, issue } from '#model';
import { charsetOf, isWritable } from '#formats';
import { sha256 } from '#trust';

/** What an agreement may refer to, for checking it at start. */
export interface KnownNames {
  readonly mappings: ReadonlySet<string>;
  readonly projections: ReadonlySet<string>;
}

/** Which agreements are in force: their version in the store (0: none was stored yet) and the digest of their content. */
export interface Edition {
  readonly version: number;
  readonly digest: string;
}

/** One edition ready for look-up. */
interface Table {
  readonly agreements: Agreements;
  readonly edition: Edition;
  readonly parties: ReadonlyMap<string, Party>;
  readonly links: ReadonlyMap<string, Link>;
  readonly linkOfPartner: ReadonlyMap<string, Link>;
  readonly routes: ReadonlyMap<string, readonly Route[]>;
}

/**
 * Parties, links and routes, checked as a whole and ready for look-up, as they are in force now. `adopt` changes them all at one moment: whoever keeps a link
 * that was looked up before keeps it as it was; whoever asks again gets the new one. Hold the book, never its lists.
 */
export class AgreementBook {
  readonly #known: KnownNames;
  #now: Table;

  /** Throws CONFIGURATION_INVALID with every fault found. */
  constructor(agreements: Agreements, known: KnownNames, edition: Edition = { version: 0, digest: agreementsDigest(agreements) }) {
    this.#known = known;
    requireSound(faultsOf(agreements, known));
    this.#now = tableOf(agreements, edition);
  }

  /** Everything that keeps these from taking the place of those in force. */
  faults(agreements: Agreements): Issue[] {
    const faults = faultsOf(agreements, this.#known);
    if (agreements.gateway !== this.gateway)
      faults.push(issue('CONFIGURATION_INVALID', '/gateway', 'The party key of a gateway does not change while it runs.'));
    return faults;
  }

  /** From now on these are in force. Throws CONFIGURATION_INVALID with every fault found, and nothing changed. */
  adopt(agreements: Agreements, edition: Edition): void {
    requireSound(this.faults(agreements));
    this.#now = tableOf(agreements, edition);
  }

  get agreements(): Agreements {
    return this.#now.agreements;
  }

  get edition(): Edition {
    return this.#now.edition;
  }

  get gateway(): string {
    return this.#now.agreements.gateway;
  }

  get links(): readonly Link[] {
    return this.#now.agreements.links;
  }

  get allRoutes(): readonly Route[] {
    return this.#now.agreements.routes;
  }

  party(key: string): Party | undefined {
    return this.#now.parties.get(key);
  }

  link(id: string): Link | undefined {
    return this.#now.links.get(id);
  }

  linkTo(partner: string): Link | undefined {
    return this.#now.linkOfPartner.get(partner);
  }

  routes(from: string, messageType: string): readonly Route[] {
    return this.#now.routes.get(`${from}/${messageType}`) ?? [];
  }

  /** How a link's partner wants this message written; `{type}` in the choice stands for the message type of the head. */
  formatFor(link: Link, message: CanonicalMessage): FormatChoice | undefined {
    const choice = link.formats[message.type];
    const type = message.header.typeCode?.value;
    if (!choice || !type) return choice;
    const fill = (text: string) => text.replaceAll('{type}', type);
    return {
      ...choice,
      mapping: fill(choice.mapping),
      parameters: Object.fromEntries(Object.entries(choice.parameters).map(([name, value]) => [name, fill(value)])),
    };
  }
}

/** Names the content of agreements whatever the order of members it was written in: SHA-256, base64url. */
export const agreementsDigest = (agreements: Agreements): string =>
  sha256(Buffer.from(JSON.stringify(agreements, (_name, value: unknown) => sorted(value))));

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).toSorted()) : value;

function requireSound(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues });
}

function tableOf(agreements: Agreements, edition: Edition): Table {
  const routes = new Map<string, Route[]>();
  for (const route of agreements.routes) {
    const name = `${route.from}/${route.messageType}`;
    routes.set(name, [...(routes.get(name) ?? []), route]);
  }
  return {
    agreements,
    edition,
    parties: new Map(agreements.parties.map((party) => [party.key, party])),
    links: new Map(agreements.links.map((link) => [link.id, link])),
    linkOfPartner: new Map(agreements.links.map((link) => [link.partner, link])),
    routes,
  };
}

/** Everything wrong with an agreements file beyond its form, each with a pointer into the file. */
export function faultsOf(agreements: Agreements, known: KnownNames): Issue[] {
  const faults: Issue[] = [];
  const fault = (pointer: string, detail: string) => faults.push(issue('CONFIGURATION_INVALID', pointer, detail));
  const parties = new Set(agreements.parties.map((party) => party.key));
  unique(agreements.parties.map((party) => party.key)).forEach((index) => fault(`/parties/${index}/key`, 'The party key is used twice.'));
  unique(agreements.links.map((link) => link.id)).forEach((index) => fault(`/links/${index}/id`, 'The link id is used twice.'));
  unique(agreements.links.map((link) => link.partner)).forEach((index) =>
    fault(`/links/${index}/partner`, 'The partner has a link already.'),
  );
  if (!parties.has(agreements.gateway)) fault('/gateway', 'The gateway is not among the parties.');
  const linked = new Set(agreements.links.map((link) => link.partner));
  agreements.links.forEach((link, index) => {
    if (!parties.has(link.partner)) fault(`/links/${index}/partner`, 'The partner is not among the parties.');
    if (link.partner === agreements.gateway) fault(`/links/${index}/partner`, 'The gateway cannot be its own partner.');
    link.charsets.forEach((label, at) => {
      if (charsetOf(label) === undefined) fault(`/links/${index}/charsets/${at}`, 'The encoding is not one we read.');
    });
    for (const [type, choice] of Object.entries(link.formats)) {
      if (choice?.charset !== undefined && !isWritable(choice.charset))
        fault(`/links/${index}/formats/${type}/charset`, 'The encoding is not one we write.');
      for (const name of [choice?.mapping, choice?.envelope]) {
        if (name === undefined) continue;
        const pattern = new RegExp(`^${name.split('{type}').map(escape).join('[^/]+')}$`);
        if (![...known.mappings].some((mapping) => pattern.test(mapping))) {
          fault(`/links/${index}/formats/${type}`, `No mapping ${name} exists.`);
        }
      }
    }
  });
  agreements.routes.forEach((route, index) => {
    for (const end of ['from', 'to'] as const) if (!linked.has(route[end])) fault(`/routes/${index}/${end}`, 'The party has no link.');
    if (route.projection && !known.projections.has(route.projection)) fault(`/routes/${index}/projection`, 'No such projection exists.');
  });
  return faults;
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Indexes of values that stood earlier already. */
function unique(values: readonly string[]): number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));
}
