import type { Incident, IncidentNote, ShownIncident } from '#exchange';

/** What comes over HTTP: times as text. */
type Told<T> = { readonly [Key in keyof T]: T[Key] extends Date | undefined ? string : T[Key] };

export type IncidentAnswer = Told<Incident> & {
  readonly partner: string;
  readonly partners: readonly string[];
  readonly repairSeconds?: number;
};
export interface IncidentsAnswer {
  readonly incidents: readonly IncidentAnswer[];
  readonly next?: string;
}
export interface OneIncidentAnswer {
  readonly incident: IncidentAnswer;
}
export interface IncidentShowAnswer extends OneIncidentAnswer, Pick<ShownIncident, 'failing' | 'standing' | 'days' | 'mended'> {
  readonly parts: readonly IncidentAnswer[];
  readonly notes: readonly Told<IncidentNote>[];
}
