import type { Bench } from './bench.ts';
import type { Checks } from './checks.ts';

export const LANGUAGES = ['en', 'zh', 'ru', 'kk'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Text = Readonly<Record<Language, string>>;

/** `privacy` waits for disclosure profiles: a field that may not cross the border must be refused. */
export const GROUPS = ['signature', 'receipt', 'question', 'format', 'flow', 'volume', 'resilience', 'rotation', 'privacy'] as const;
export type Group = (typeof GROUPS)[number];

/** What the endpoint is to us: a gateway that takes partners' messages, or a partner's own system. */
export type EndpointRole = 'gateway' | 'partner';

/** The texts of one kind of case; `{what}` is filled in. */
export interface Story {
  readonly purpose: Text;
  readonly given: Text;
  readonly when: Text;
  readonly then: Text;
  readonly advice: Text;
}

export interface ConformanceCase {
  /** Stable for ever: `SIG-001`. */
  readonly id: string;
  readonly group: Group;
  readonly story: Story;
  /** What makes this case different from others of its story. */
  readonly what: Text;
  /** Part of every run, also of the short one. */
  readonly short?: boolean;
  /** Roles it is for; absent: both. */
  readonly roles?: readonly EndpointRole[];
  /** What the endpoint has to offer; where it does not, the case is not run and no certificate is issued unless the profile leaves it out. */
  readonly needs?: 'cut' | 'rotate' | 'message';
  run(bench: Bench, checks: Checks): Promise<void>;
}

/** The same in every language: names of formats, header members. */
export const plain = (text: string): Text => ({ en: text, zh: text, ru: text, kk: text });
export const text = (en: string, zh: string, ru: string, kk: string): Text => ({ en, zh, ru, kk });
