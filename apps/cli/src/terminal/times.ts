/**
 * The two clocks of the corridor, by the names of the IANA database: China has one time, Kazakhstan one since 1 March 2024;
 * before that Astana was at UTC+6. The heads say what holds now.
 */
export const ZONES = [
  { head: 'Beijing (UTC+8)', zone: 'Asia/Shanghai' },
  { head: 'Astana (UTC+5)', zone: 'Asia/Almaty' },
] as const;

/** Swedish writes times as ISO 8601 does. */
const CLOCKS = ZONES.map(({ zone }) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }));

export const TIME_HEADS = ZONES.map(({ head }) => head);

/** One point in time as `2026-11-23 23:05:11`, once for each clock. */
export const timeCells = (at: string | Date): string[] => CLOCKS.map((clock) => inZone(new Date(at), clock));

const inZone = (at: Date, clock: Intl.DateTimeFormat): string => (Number.isNaN(at.getTime()) ? '' : clock.format(at));
