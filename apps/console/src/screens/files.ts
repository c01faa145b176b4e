/** Each screen is a file of its own, loaded when somebody goes there, by the first word of its address. */
export const SCREEN_FILES = {
  overview: () => import('./Overview.tsx'),
  messages: () => import('./list/Messages.tsx'),
  search: () => import('./Search.tsx'),
  shipments: () => import('./Shipment.tsx'),
  incidents: () => import('./incidents/Incidents.tsx'),
  'dead-letters': () => import('./links/DeadLetters.tsx'),
  quarantine: () => import('./links/Quarantine.tsx'),
  declarations: () => import('./Declarations.tsx'),
  partners: () => import('./partners/Partners.tsx'),
  keys: () => import('./partners/KeyDesk.tsx'),
  reconciliations: () => import('./partners/Reconciliations.tsx'),
  mappings: () => import('./mappings/Mappings.tsx'),
  'mapping-versions': () => import('./mappings/MappingVersions.tsx'),
  replays: () => import('./replays/Replays.tsx'),
  settings: () => import('./settings/Settings.tsx'),
} as const;
export type ScreenName = keyof typeof SCREEN_FILES;

/** What a screen reads before it shows anything, where its address says so: asked for while its file still comes. */
export const FIRST_ANSWERS: Partial<Record<ScreenName, readonly string[]>> = {
  overview: ['/api/links/standing', '/api/links/figures'],
};
