/** The screens of the main menu, at most eight, in this order, each with the right to see it. The name is its path and the last part of its text's key (`nav.…`). */
export const SCREENS = [
  { name: 'overview', right: 'links.read' },
  { name: 'messages', right: 'messages.read' },
  { name: 'incidents', right: 'incidents.read' },
  { name: 'dead-letters', right: 'debts.read' },
  { name: 'replays', right: 'replays.read' },
  { name: 'partners', right: 'partners.read' },
  { name: 'mappings', right: 'mappings.read' },
  // One's own sessions are everybody's to see.
  { name: 'settings', right: undefined },
] as const;

export const screensFor = (rights: readonly string[]) =>
  SCREENS.filter(({ right }) => right === undefined || rights.includes(right)).map(({ name }) => name);

/**
 * Pages that share a line of the menu, by the first word of each one's address, with the right to see it. A page's name is the last part
 * of its text's key (`nav.…`).
 */
const PARTS: Partial<Record<ScreenInMenu, readonly { readonly name: string; readonly right: string }[]>> = {
  messages: [
    { name: 'messages', right: 'messages.read' },
    { name: 'declarations', right: 'messages.read' },
  ],
  'dead-letters': [
    { name: 'dead-letters', right: 'debts.read' },
    { name: 'quarantine', right: 'quarantine.read' },
  ],
  partners: [
    { name: 'partners', right: 'partners.read' },
    { name: 'keys', right: 'partners.read' },
    { name: 'reconciliations', right: 'audit.read' },
  ],
  mappings: [
    { name: 'mappings', right: 'mappings.read' },
    { name: 'mapping-versions', right: 'mappings.read' },
  ],
};
export type ScreenInMenu = (typeof SCREENS)[number]['name'];

export const partsFor = (screen: ScreenInMenu, rights: readonly string[]) =>
  (PARTS[screen] ?? []).filter(({ right }) => rights.includes(right)).map(({ name }) => name);

/** The line of the menu that a page is under. */
export function menuOf(pathname: string): string | undefined {
  const [, first = ''] = pathname.split('/', 2);
  return SCREENS.find(({ name }) => name === first || PARTS[name]?.some((part) => part.name === first))?.name;
}
