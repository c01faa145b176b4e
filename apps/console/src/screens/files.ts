/** Each screen is a file of its own, loaded when somebody goes there, by the first word of its address. */
export const SCREEN_FILES = {
  overview: () => import('./Overview.tsx'),
  messages: () => import('./list/Messages.tsx'),
  search: () => import('./Search.tsx'),
  shipments: () => import('./Shipment.tsx'),
  incidents: () => import('./incidents/Incidents.tsx'),
  'dead-letters': () => import('./links/DeadLetters.tsx'),
  partners: () => import('./partners/Partners.tsx'),
  mappings: () => import('./mappings/Mappings.tsx'),
  replays: () => import('./replays/Replays.tsx'),
  settings: () => import('./settings/Settings.tsx'),
} as const;
export type ScreenName = keyof typeof SCREEN_FILES;
