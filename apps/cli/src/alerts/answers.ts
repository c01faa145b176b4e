import type { Alert, Notice, Silence } from '#exchange';
import type { AlertLanguage, AlertRule } from '#model';

/** What comes over HTTP: times as text. */
type Told<T> = { readonly [Key in keyof T]: T[Key] extends Date | undefined ? string : T[Key] };

export type AlertAnswer = Told<Alert> & { readonly unit: string; readonly text: Readonly<Record<AlertLanguage, string>> };
export interface AlertsAnswer {
  readonly alerts: readonly AlertAnswer[];
  readonly next?: string;
}
export interface AlertRulesAnswer {
  readonly rules: readonly (AlertRule & { readonly unit: string })[];
  readonly channels: readonly { readonly name: string; readonly target: string }[];
}
export interface NoticesAnswer {
  readonly notices: readonly (Told<Omit<Notice, 'content'>> & { readonly kind: string; readonly alerts: number })[];
}
export interface SilencesAnswer {
  readonly silences: readonly Told<Silence>[];
}
