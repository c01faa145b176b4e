import { issue, type ErrorCode, type Issue } from '#model';

/** More findings than this say nothing new. */
const MAX_FINDINGS = 1_000;

/** Findings of one message, and the way to the place now looked at. Pointers are made only when something is found. */
export class Findings {
  readonly issues: Issue[] = [];
  readonly #path: (string | number)[] = [];

  enter(step: string | number): void {
    this.#path.push(step);
  }
  leave(): void {
    this.#path.pop();
  }
  /** `below` are further steps from the place now looked at. */
  report(code: ErrorCode, detail: string | undefined, ...below: readonly (string | number)[]): void {
    if (this.issues.length < MAX_FINDINGS)
      this.issues.push(issue(code, [...this.#path, ...below].map((step) => `/${step}`).join(''), detail));
  }
}
