/** Failures gathered by cause: the answers of /api/incidents. */
export type IncidentState = 'open' | 'acknowledged' | 'fixing' | 'monitored' | 'resolved' | 'ignored';

export interface Incident {
  readonly id: string;
  readonly stage: string;
  readonly link: string;
  readonly partner: string;
  readonly type: string;
  readonly code: string;
  readonly path: string;
  readonly reason?: string;
  readonly state: IncidentState;
  readonly owner?: { readonly id: string; readonly name: string };
  readonly fixedBy?: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly repairSeconds?: number;
  readonly count: number;
  readonly messages: number;
  readonly keys: readonly string[];
  readonly mappings: readonly string[];
  readonly cameBack: number;
  readonly partners: readonly string[];
  readonly links: readonly string[];
  readonly parts: number;
  readonly mergedInto?: string;
  readonly leftStanding?: number;
  readonly hours: readonly number[];
}

export interface IncidentShown {
  readonly incident: Incident;
  readonly parts: readonly Incident[];
  readonly failing: number;
  readonly standing: number;
  readonly days: readonly number[];
  readonly mended: readonly string[];
  readonly notes: readonly {
    readonly id: string;
    readonly kind: 'note' | 'owner' | 'state' | 'replay' | 'merge' | 'split';
    readonly text: string;
    readonly value?: string;
    readonly author: string;
    readonly at: string;
  }[];
}
