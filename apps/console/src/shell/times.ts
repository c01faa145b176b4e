/** The zones of the corridor, by IANA name: Kazakhstan has one time since 2024, and names know such things. */
export const ZONES = { beijing: 'Asia/Shanghai', astana: 'Asia/Almaty', utc: 'UTC' } as const;
export type Zone = keyof typeof ZONES;

/** Making a formatter costs more than all that it will ever write: each is made once. */
function once<Key, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const made = new Map<Key, Made>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
const stampIn = once((zone: Zone) => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONES[zone], dateStyle: 'short', timeStyle: 'medium' }));
const clockIn = once(
  (zone: Zone) => new Intl.DateTimeFormat('en-GB', { timeZone: ZONES[zone], hour: '2-digit', minute: '2-digit', second: '2-digit' }),
);
const wordsIn = once((language: string) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
const knows = once((language: string) => Intl.RelativeTimeFormat.supportedLocalesOf(language).length > 0);

/** `2026-11-23 22:15:04`, the same in every language, so that it can be read out on the telephone. */
export function stamp(at: Date | string, zone: Zone = 'beijing'): string {
  return stampIn(zone)
    .format(typeof at === 'string' ? new Date(at) : at)
    .replace(',', '');
}

/** Minutes and seconds of the day: what the clock strip shows. */
export function clock(at: Date, zone: Zone): string {
  return clockIn(zone).format(at);
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "3 minutes ago" in the reader's language. */
export function relative(at: Date | string, now: Date, language: string): string {
  const seconds = (new Date(at).getTime() - now.getTime()) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
  const count = Math.round(seconds / size);
  return language === 'kk' && !knows(language) ? kazakh(count, unit) : wordsIn(language).format(count, unit);
}

/** Browsers leave the Kazakh words out of their data and would say "-51 s". */
const KAZAKH: Partial<Record<Intl.RelativeTimeFormatUnit, readonly [string, string]>> = {
  day: ['күн', 'күннен'],
  hour: ['сағат', 'сағаттан'],
  minute: ['минут', 'минуттан'],
  second: ['секунд', 'секундтан'],
};

export function kazakh(count: number, unit: Intl.RelativeTimeFormatUnit): string {
  const [past, future] = KAZAKH[unit] ?? [unit, unit];
  return count > 0 ? `${count} ${future} кейін` : `${-count} ${past} бұрын`;
}
