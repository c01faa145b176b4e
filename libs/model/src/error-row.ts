export type Origin = 'sender' | 'recipient' | 'gateway' | 'configuration';
export type Disposition = 'retry' | 'refuse' | 'park' | 'quarantine' | 'report';
export interface ErrorRow {
  readonly origin: Origin;
  readonly disposition: Disposition;
  readonly status: number;
  readonly text: string;
  readonly action: string;
}

/** One row of a catalogue of errors; see errors.ts for what the columns mean. */
export const row = (origin: Origin, disposition: Disposition, status: number, text: string, action: string): ErrorRow => ({
  origin,
  disposition,
  status,
  text,
  action,
});
