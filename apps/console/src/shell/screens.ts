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
