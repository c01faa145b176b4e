import { isDeepStrictEqual } from 'node:util';

/** One assertion about what the endpoint did. `label` names the member or rule of the protocol. Holds synthetic data only. */
export interface Check {
  readonly label: string;
  readonly ok: boolean;
  readonly expected: string;
  readonly actual: string;
}

const SHOWN = 300;
const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
};

/** Collects the assertions of one case; a wrong one does not end it. */
export class Checks {
  readonly all: Check[] = [];

  equal(label: string, actual: unknown, expected: unknown): boolean {
    const ok = isDeepStrictEqual(actual, expected);
    this.all.push({ label, ok, expected: shown(expected), actual: shown(actual) });
    return ok;
  }

  that(label: string, ok: boolean, actual: unknown, expected: string): boolean {
    this.all.push({ label, ok, expected, actual: shown(actual) });
    return ok;
  }
}
