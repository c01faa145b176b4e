import { ExchangeError, type Agreements, type Link, type Party, type Route } from '#model';
import type { Bundle, BundledFile } from './bundle.ts';

export interface Here {
  readonly environment: 'production' | 'test';
  readonly agreements: Agreements;
  /** Text of a mapping or code list as it stands here. */
  readonly file: (path: string) => string | undefined;
}

export interface ImportChange {
  readonly kind: 'party' | 'link' | 'route' | 'mapping' | 'codelist';
  readonly id: string;
  /** `skipped`: it speaks of somebody who is nobody here. */
  readonly change: 'added' | 'changed' | 'same' | 'skipped';
  /** Of what changed: the members that differ. */
  readonly members?: readonly string[];
}

export interface ImportPlan {
  readonly changes: readonly ImportChange[];
  /** As they would be; not yet checked against the mappings. */
  readonly agreements: Agreements;
  readonly files: readonly BundledFile[];
}

/**
 * What taking over a bundle would make of a gateway. A link of the issuer with us becomes our link with the issuer; links with others are taken over as they are, for whoever takes
 * over the function. Nothing is removed. Pure. Throws TEST_PRODUCTION_MIXED when either side is productive and the other is not.
 */
export function planImport(bundle: Bundle, here: Here): ImportPlan {
  if (bundle.environment !== here.environment)
    throw new ExchangeError('TEST_PRODUCTION_MIXED', {
      detail: `The bundle comes from a gateway of the environment ${bundle.environment}.`,
    });
  const { gateway } = here.agreements;
  if (bundle.issuer === gateway)
    throw new ExchangeError('VALUE_INVALID', { pointer: '/issuer', detail: 'The bundle was made by a gateway of our own party key.' });
  const changes: ImportChange[] = [];
  const parties = merged<Party>(here.agreements.parties, bundle.agreements.parties, ({ key }) => key, 'party', changes);
  const links = merged<Link>(
    here.agreements.links,
    bundle.agreements.links.map((link) => seenFromHere(link, bundle, gateway)),
    ({ id }) => id,
    'link',
    changes,
  );
  const known = new Set([gateway, ...links.map(({ partner }) => partner)]);
  const [ours, foreign] = split(
    bundle.agreements.routes,
    ({ from, to }) => from !== gateway && to !== gateway && known.has(from) && known.has(to),
  );
  const routes = merged<Route>(here.agreements.routes, ours, routeName, 'route', changes);
  for (const route of foreign) changes.push({ kind: 'route', id: routeName(route), change: 'skipped' });
  const files = bundle.files.filter(({ path, text }) => {
    const before = here.file(path);
    const kind = path.startsWith('mappings/') ? 'mapping' : 'codelist';
    const change = before === undefined ? 'added' : before === text ? 'same' : 'changed';
    changes.push({ kind, id: path, change });
    return change !== 'same';
  });
  return { changes, agreements: { gateway, parties, links, routes }, files };
}

/** The same link from its other end. */
function seenFromHere(link: Link, { issuer, address }: Bundle, gateway: string): Link {
  if (link.partner !== gateway) return link;
  if (!link.push) return { ...link, partner: issuer };
  if (address === undefined)
    throw new ExchangeError('VALUE_INVALID', {
      pointer: '/address',
      detail: 'A link over push needs the address of the gateway it comes from.',
    });
  return {
    ...link,
    partner: issuer,
    push: { ...link.push, url: new URL(`links/${link.id}/push`, `${address.replace(/\/+$/, '')}/`).href },
  };
}

function merged<T extends object>(
  mine: readonly T[],
  theirs: readonly T[],
  nameOf: (one: T) => string,
  kind: ImportChange['kind'],
  changes: ImportChange[],
): T[] {
  const result = new Map(mine.map((one) => [nameOf(one), one]));
  for (const one of theirs) {
    const id = nameOf(one);
    const before = result.get(id);
    const members = before ? differing(before, one) : [];
    changes.push({ kind, id, change: !before ? 'added' : members.length > 0 ? 'changed' : 'same', ...(members.length > 0 && { members }) });
    result.set(id, one);
  }
  return [...result.values()];
}

function differing<T extends object>(one: T, other: T): string[] {
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => sorted(a[name]) !== sorted(b[name])).sort();
}
/** The same text whatever the order of members. */
const sorted = (value: unknown): string | undefined =>
  JSON.stringify(value, (_name, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

const routeName = ({ from, messageType, to, projection }: Route): string =>
  `${from} ${messageType} → ${to}${projection === undefined ? '' : ` (${projection})`}`;

function split<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []];
  for (const one of all) (test(one) ? yes : no).push(one);
  return [yes, no];
}
