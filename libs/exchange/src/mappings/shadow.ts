import type { Translator } from '#formats';
import type { AgreementBook } from '../agreement-book.ts';
import type { Clock } from '../ports/clock.port.ts';
import { ASIDE_BYTES } from '../ports/aside.port.ts';
import type { MappingStore, MappingVersion, ReceivedMessage } from '../ports/mapping-store.port.ts';
import { readKept } from '../replay/kept.ts';
import type { Project } from '../steps/understand.ts';
import { compareReading, tallied, type Comparison, type DifferenceCount } from './compare.ts';
import type { LiveTranslator } from './live-translator.ts';

/** A version beside the one in place on live traffic: counts only, nothing of it is delivered. */
export interface ShadowResult {
  readonly startedAt: string;
  readonly until: string;
  /** Ends when so many were looked at. */
  readonly most: number;
  readonly endedAt?: string;
  readonly looked: number;
  /** Too large to be read twice, or purged meanwhile. */
  readonly skipped: number;
  readonly verdicts: Readonly<Record<Comparison, number>>;
  readonly differences: readonly DifferenceCount[];
  /** The message looked at last. */
  readonly after: { readonly at: string; readonly messageId: string };
}

export const SHADOW_MOST = 5_000;
const SHADOW_DAYS = 7;

export function newShadow(most: number, now: Date): ShadowResult {
  return {
    startedAt: now.toISOString(),
    until: new Date(now.getTime() + SHADOW_DAYS * 86_400_000).toISOString(),
    most,
    looked: 0,
    skipped: 0,
    verdicts: { same: 0, differs: 0, broken: 0, mended: 0, failing: 0 },
    differences: [],
    after: { at: now.toISOString(), messageId: '' },
  };
}

export interface ShadowOptions {
  readonly store: MappingStore;
  readonly translator: LiveTranslator;
  readonly book: AgreementBook;
  readonly project: Project;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
  /** Between two looks; default a second. */
  readonly everyMilliseconds?: number;
}

/** Messages of one look: at most so many a second are read twice, whatever comes in. */
const A_LOOK = 20;
/** How long a shadow run belongs to the process that looks after it. */
const TURN_MS = 10_000;

/** Follows what was received, away from the way of messages, and reads it again by versions that run in the shadow. */
export class ShadowRunner {
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #of: LiveTranslator['live'] = [];
  readonly #compiled = new Map<string, Translator>();

  constructor(private readonly options: ShadowOptions) {}

  start(): void {
    const { everyMilliseconds = 1_000, report } = this.options;
    let busy = false;
    this.#timer = setInterval(() => {
      if (busy) return;
      busy = true;
      this.#work = this.look()
        .catch(report)
        .finally(() => (busy = false));
    }, everyMilliseconds);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#work;
  }

  /** One look at every shadow run that no other process looks after. */
  async look(): Promise<void> {
    const { store, clock } = this.options;
    const now = clock.now();
    for (const version of await store.takeShadows(now, new Date(now.getTime() + TURN_MS))) await this.#follow(version, now);
  }

  async #follow(version: MappingVersion, now: Date): Promise<void> {
    const { store } = this.options;
    if (!version.shadow || version.shadow.endedAt) return;
    let result = version.shadow;
    const after = { at: new Date(result.after.at), messageId: result.after.messageId };
    for (const message of await store.receivedAfter(version.links, after, Math.min(A_LOOK, result.most - result.looked - result.skipped))) {
      await new Promise((resolve) => setImmediate(resolve));
      result = this.#compare(version, message, result);
    }
    const over = result.looked + result.skipped >= result.most || now.toISOString() >= result.until;
    await store.putShadow(version.id, over ? { ...result, endedAt: now.toISOString() } : result);
  }

  /** Compiled once as long as nothing else on the links changes. */
  #versionOn({ id, base, mapping, text, codelists }: MappingVersion, link: string): Translator {
    const { translator } = this.options;
    if (this.#of !== translator.live) this.#compiled.clear();
    this.#of = translator.live;
    let compiled = this.#compiled.get(`${id} ${link}`);
    if (!compiled) this.#compiled.set(`${id} ${link}`, (compiled = translator.with({ link, base, mapping, version: id, text, codelists })));
    return compiled;
  }

  #compare(version: MappingVersion, { frame, link: id, messageId, at }: ReceivedMessage, so: ShadowResult): ShadowResult {
    const { book, project, translator } = this.options;
    const seen = { ...so, after: { at: at.toISOString(), messageId } };
    const link = book.link(id);
    const [part] = readKept(frame).parts;
    if (!link || !part || part.bytes.length >= ASIDE_BYTES) return { ...seen, skipped: so.skipped + 1 };
    const after = this.#versionOn(version, id);
    const compared = compareReading(part.bytes, link, { before: translator, after, book, project });
    return {
      ...seen,
      looked: so.looked + 1,
      verdicts: { ...so.verdicts, [compared.verdict]: so.verdicts[compared.verdict] + 1 },
      differences: tallied(so.differences, compared, messageId),
    };
  }
}
