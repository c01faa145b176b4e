import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PartnerPing } from '#exchange';
import type { Link } from '#model';
import { driftOf, openCertificate, type ConformanceCertificate, type DriftFinding } from '#onboarding';
import type { KeyDirectory } from '#trust';
import type { ConformanceRuns } from './conformance-runs.ts';

/** How an endpoint stood against its certificate when it was last looked at. */
export interface Drift {
  readonly link: string;
  readonly at: string;
  /** Empty: it is what was certified. */
  readonly findings: readonly DriftFinding[];
  readonly certified?: Pick<ConformanceCertificate['subject'], 'kid' | 'software'> & { readonly expires: string };
  /** What it said this time. */
  readonly said?: { readonly kid: string; readonly software?: string };
}

export interface DriftWatchOptions {
  readonly folder: string;
  readonly links: () => readonly Link[];
  readonly runs: Pick<ConformanceRuns, 'file'>;
  readonly ping: PartnerPing;
  readonly directory: KeyDirectory;
  /** One process looks at a link: the one that relays it. */
  readonly holds: (link: string) => boolean;
  readonly now: () => Date;
  readonly everyHours: number;
  readonly waitMilliseconds: number;
  readonly report: (error: unknown) => void;
}

const HOUR_MS = 3_600_000;
/** How often it is seen whether a look is due. */
const TICK_MS = 10 * 60_000;

/** Asks certified endpoints, now and then, whether they are still what their certificate is about. One signed question a look, away from the way of messages. */
export class DriftWatch {
  readonly #options: DriftWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<unknown> = Promise.resolve();

  constructor(options: DriftWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.lookAtAll(), TICK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Looks at every certified link of this process whose look is due. Never rejects. */
  lookAtAll(): Promise<void> {
    const { links, holds, now, everyHours, report } = this.#options;
    const all = this.#looking.then(async () => {
      for (const link of links().filter(({ id }) => holds(id))) {
        const last = await this.last(link.id);
        const due = !last || now().getTime() - Date.parse(last.at) >= everyHours * HOUR_MS;
        if (due) await this.look(link).catch(report);
      }
    });
    this.#looking = all.catch(report);
    return all.catch(report);
  }

  /** Looks now. Undefined where the link has no certificate. */
  async look(link: Link, waitMilliseconds = this.#options.waitMilliseconds): Promise<Drift | undefined> {
    const { runs, ping, directory, now } = this.#options;
    const jws = await runs.file(link.id, 'certificate.jws');
    if (!jws) return undefined;
    const opened = openCertificate(jws, directory, { now: now() });
    const { answer } = await ping.ask(link, waitMilliseconds);
    const { partnerKid: kid, software } = answer ?? {};
    const said = kid === undefined ? undefined : { kid, ...(software !== undefined && { software }) };
    const certified = opened.certificate && { ...pick(opened.certificate.subject), expires: opened.certificate.expires };
    const drift: Drift = {
      link: link.id,
      at: now().toISOString(),
      findings: driftOf(opened, said),
      ...(certified && { certified }),
      ...(said && { said }),
    };
    const path = this.#path(link.id);
    await writeFile(`${path}.part`, JSON.stringify(drift));
    await rename(`${path}.part`, path);
    return drift;
  }

  /** The last look at a link, whichever process took it. */
  async last(link: string): Promise<Drift | undefined> {
    const text = await readFile(this.#path(link), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    return text === undefined ? undefined : (JSON.parse(text) as Drift);
  }

  /** The last looks at all links. */
  async all(): Promise<readonly Drift[]> {
    const found = await Promise.all(this.#options.links().map(({ id }) => this.last(id)));
    return found.filter((one) => one !== undefined);
  }

  #path(link: string): string {
    return join(this.#options.folder, encodeURIComponent(link), 'drift.json');
  }
}

const pick = ({ kid, software }: ConformanceCertificate['subject']) => ({ kid, software });
