import { certificateSummary, type KeyDirectory, type KeyRecord } from '#trust';

/** Until when a key in use, or its certificate, is valid. */
export interface Expiry {
  readonly party: string;
  readonly kid: string;
  readonly what: 'key' | 'certificate';
  readonly until: Date;
  /** From now on; negative where it has run out. */
  readonly days: number;
}

const DAY = 86_400_000;

/** Keys that somebody signs with and that no other key of the same party outlives, the soonest first. Keys without an end have none. */
export function expiriesOf(directory: Pick<KeyDirectory, 'records'>, now: Date): readonly Expiry[] {
  const active = directory.records().filter(({ status }) => status === 'active');
  return active
    .filter((record) => !active.some((other) => other.party === record.party && endOf(other) > endOf(record)))
    .flatMap((record) => [
      { record, what: 'key' as const, end: keyEnd(record) },
      { record, what: 'certificate' as const, end: certificateEnd(record) },
    ])
    .filter(({ end }) => end !== Infinity)
    .map(({ record: { party, kid }, what, end }) => ({ party, kid, what, until: new Date(end), days: (end - now.getTime()) / DAY }))
    .toSorted((one, other) => one.days - other.days);
}

const keyEnd = ({ until }: KeyRecord): number => (until === undefined ? Infinity : Date.parse(until));
const certificateEnd = ({ x5c }: KeyRecord): number => {
  const validTo = x5c && certificateSummary(x5c)?.validTo;
  return validTo === undefined ? Infinity : Date.parse(validTo);
};
const endOf = (record: KeyRecord): number => Math.min(keyEnd(record), certificateEnd(record));
