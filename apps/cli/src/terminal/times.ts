/** The two clocks of the corridor. Both zones are fixed: China has one time, Kazakhstan one since 1 March 2024. */
export const ZONES = [
  { head: 'Beijing (UTC+8)', hours: 8 },
  { head: 'Astana (UTC+5)', hours: 5 },
] as const;

export const TIME_HEADS = ZONES.map(({ head }) => head);

/** One point in time as `2026-11-23 23:05:11`, once for each clock. */
export const timeCells = (at: string | Date): string[] => ZONES.map(({ hours }) => inZone(new Date(at), hours));

function inZone(at: Date, hours: number): string {
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
