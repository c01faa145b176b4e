import { setImmediate as breathe } from 'node:timers/promises';
import type { Translator } from '#formats';
import type { CanonicalMessage, Issue, Link, Route } from '#model';
import {
  readCompact,
  readTranslation,
  MAX_JWS,
  sha256,
  TYPES,
  type KeyDirectory,
  type TranslationStatement,
  type VerifiedMessage,
} from '#trust';
import type { AgreementBook } from '../agreement-book.ts';
import { businessKeys, NO_KEYS } from '../business-keys.ts';
import { ASIDE_BYTES, type Aside } from '../ports/aside.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { ReplayCandidate, ReplayStore } from '../ports/replay-store.port.ts';
import type { StopSwitch } from '../ports/stop-switch.port.ts';
import { receivedFiles } from '../steps/attachments.ts';
import { understand, type Onward, type Project, type Understood } from '../steps/understand.ts';
import { readKept } from './kept.ts';
import { judge, type Judgement, type ReplayFacts, type PlanKind } from './verdict.ts';

export interface WorkbenchOptions {
  readonly book: AgreementBook;
  readonly directory: KeyDirectory;
  readonly translator: Translator;
  readonly project: Project;
  readonly aside?: Aside;
  readonly store: Pick<ReplayStore, 'sources'>;
  readonly stops: Pick<StopSwitch, 'stopped'>;
  readonly clock: Clock;
}

/** What is wanted of a message: the kind, and what that kind needs. */
export interface Wish {
  readonly kind: PlanKind;
  /** `edit`: the changed document. */
  readonly payload?: Buffer;
  /** `reroute`: the link it shall go to. */
  readonly to?: string;
}

/** A new message made on trial, ready to be sealed. */
export interface Making {
  readonly source: VerifiedMessage;
  readonly sourceLink: Link;
  readonly onward: readonly Onward[];
  readonly edited: boolean;
}

export interface Assessed extends Judgement {
  readonly candidate: ReplayCandidate;
  /** The document as it was sent (out) or received (in). */
  readonly original: VerifiedMessage;
  /** Absent for `redeliver`, and where nothing can be made. */
  readonly making?: Making;
  readonly issues: readonly Issue[];
}

type Trial = { readonly making?: Making; readonly issues: readonly Issue[] };

/** Makes on trial what a replay would send and judges it: the same before the click and in the moment before it is sent. Changes nothing. */
export class Workbench {
  constructor(private readonly options: WorkbenchOptions) {}

  /** In the order given. Lets other work in now and then. */
  async assess(candidates: readonly ReplayCandidate[], wish: Wish): Promise<readonly Assessed[]> {
    const sources = await this.options.store.sources(candidates.flatMap(({ source }) => source ?? []));
    const assessed: Assessed[] = [];
    for (const candidate of candidates) {
      assessed.push(await this.one(candidate, wish, sources));
      await breathe();
    }
    return assessed;
  }

  private async one(
    candidate: ReplayCandidate,
    wish: Wish,
    sources: ReadonlyMap<string, { readonly frame: Buffer; readonly link: string }>,
  ): Promise<Assessed> {
    const original = readKept(candidate.frame);
    const kept = candidate.source && sources.get(`in:${candidate.source.sender}/${candidate.source.messageId}`);
    const trial = await this.trial(candidate, wish, original, kept && { message: readKept(kept.frame), link: kept.link });
    return { candidate, original, ...trial, ...judge(this.factsOf(candidate, wish, original, trial)) };
  }

  private async trial(
    candidate: ReplayCandidate,
    wish: Wish,
    original: VerifiedMessage,
    source: { readonly message: VerifiedMessage; readonly link: string } | undefined,
  ): Promise<Trial> {
    if (wish.kind === 'redeliver') return { issues: [] };
    if (candidate.direction === 'in') {
      if (wish.kind === 'reroute') return { issues: [] };
      const understood = await this.understand(wish.payload ?? bytesOf(original), original, candidate.link);
      const sourceLink = this.options.book.link(candidate.link);
      const onward = understood?.onward ?? [];
      const making = sourceLink && onward.length > 0 && { source: original, sourceLink, onward, edited: wish.kind === 'edit' };
      return { issues: understood?.issues ?? [], ...(making && { making }) };
    }
    const sourceLink = source && this.options.book.link(source.link);
    if (!source || !sourceLink || original.parts.length === 0) return { issues: [] };
    const onto = { source: source.message, sourceLink };
    if (wish.kind === 'retranslate') {
      const understood = await this.understand(bytesOf(source.message), source.message, source.link);
      const piece = understood?.onward.find((onward) => this.samePlace(onward, candidate));
      return { issues: understood?.issues ?? [], ...(piece && { making: { ...onto, onward: [piece], edited: false } }) };
    }
    return this.carryOn(candidate, wish, original, onto);
  }

  /** `edit` and `reroute` of a message of ours: the document as it is or as a person changed it. */
  private carryOn(
    candidate: ReplayCandidate,
    wish: Wish,
    original: VerifiedMessage,
    onto: { readonly source: VerifiedMessage; readonly sourceLink: Link },
  ): Trial {
    const link = this.options.book.link(wish.to ?? candidate.link);
    const statement = statementOf(candidate);
    const [part] = original.parts;
    if (!link || !part || !candidate.mapping) return { issues: [] };
    const payload = wish.payload ?? part.bytes;
    const read = wish.payload ? this.options.translator.decode(payload, { charsets: link.charsets, link: link.id }) : undefined;
    const [first] = read?.messages ?? [];
    const issues = read ? [...read.issues, ...read.messages.flatMap((message) => message.issues)] : [];
    if (read && (!first || issues.some(({ severity }) => severity === 'error'))) return { issues };
    const keys = first
      ? businessKeys(first.message)
      : {
          ...NO_KEYS,
          all: keysOf(original),
          index: candidate.businessKeys,
          ...(candidate.orderKey === undefined ? {} : { order: candidate.orderKey }),
        };
    const onward: Onward = {
      link,
      route: routeTo(link, candidate, statement),
      index: statement?.index ?? 0,
      functionCode: first?.functionCode ?? candidate.functionCode ?? '',
      canonicalType: first?.canonicalType ?? candidate.canonicalType ?? '',
      keys,
      payload,
      mediaType: part.mediaType,
      charset: part.charset ?? 'utf-8',
      mapping: candidate.mapping,
      ...(statement?.envelope && { envelope: statement.envelope }),
      readBy: statement?.readBy ?? candidate.mapping,
    };
    return { issues, making: { ...onto, onward: [onward], edited: wish.kind === 'edit' || !statement } };
  }

  private factsOf(candidate: ReplayCandidate, wish: Wish, original: VerifiedMessage, { making }: Trial): ReplayFacts {
    const { book, stops, clock } = this.options;
    const now = clock.now();
    const targets = making ? [...new Set(making.onward.map(({ link }) => link.id))] : [wish.to ?? candidate.link];
    const { successor, openPlan, newer } = candidate;
    const trial = this.outcomeOf(candidate, wish, original, making);
    return {
      kind: wish.kind,
      direction: candidate.direction,
      state: candidate.state,
      ...(successor === undefined ? {} : { successor }),
      ...(openPlan === undefined ? {} : { openPlan }),
      // On another link the order of the key on this one says nothing.
      ...(newer === undefined || wish.kind === 'reroute' ? {} : { newer }),
      deadlinePassed: candidate.deadline !== undefined && candidate.deadline <= now,
      publishedBefore: candidate.publishedBefore,
      mappingChanged: this.mappingChanged(candidate),
      ...(trial === undefined ? {} : { trial }),
      key: this.keyOf(candidate, original, now),
      stopped: targets.some((link) => stops.stopped(link)),
      crossing: targets.some((link) => book.link(link) !== undefined && book.link(link)!.test !== candidate.test),
      linkGone: targets.some((link) => book.link(link) === undefined),
      purged: original.parts.length === 0,
      sameLink: wish.kind === 'reroute' && wish.to === candidate.link,
    };
  }

  private outcomeOf(candidate: ReplayCandidate, { kind, payload }: Wish, original: VerifiedMessage, making?: Making): ReplayFacts['trial'] {
    if (kind === 'redeliver' || kind === 'reroute')
      return kind === 'reroute' && !making && candidate.direction === 'out' ? 'fails' : undefined;
    if (!making) return ['parked', 'routed'].includes(candidate.state) || candidate.direction === 'out' ? 'fails' : undefined;
    if (candidate.direction === 'in') return payload && payload.equals(bytesOf(original)) ? 'same' : 'differs';
    return making.onward.every((onward) => onward.payload.equals(bytesOf(original))) ? 'same' : 'differs';
  }

  private mappingChanged({ mapping }: ReplayCandidate): boolean {
    // Several versions of one mapping may be in place, each on links of its own.
    const today = this.options.translator.mappings.filter(({ id }) => id === mapping?.id);
    return mapping !== undefined && today.length > 0 && !today.some(({ digest }) => digest === mapping.digest);
  }

  /** Of the bytes as they are: whether the receiver still believes who signed them. */
  private keyOf(candidate: ReplayCandidate, original: VerifiedMessage, now: Date): ReplayFacts['key'] {
    const { directory, book } = this.options;
    if (candidate.direction === 'in') return 'current';
    if (!directory.resolve(original.kid, { at: now, purpose: 'verify', party: book.gateway }).ok) return 'not-valid';
    return directory.signingKey(book.gateway, now)?.kid === original.kid ? 'current' : 'older';
  }

  private samePlace({ link, route, index }: Onward, candidate: ReplayCandidate): boolean {
    const statement = statementOf(candidate);
    return link.id === candidate.link && index === (statement?.index ?? 0) && route.projection === statement?.projection;
  }

  private async understand(bytes: Buffer, { parts }: VerifiedMessage, linkId: string): Promise<Understood | undefined> {
    const { aside, book } = this.options;
    const link = book.link(linkId);
    if (!link) return undefined;
    const files = receivedFiles(parts, link);
    return aside && bytes.length >= ASIDE_BYTES ? aside.understand(bytes, linkId, files) : understand(bytes, link, this.options, files);
  }
}

export const bytesOf = ({ parts }: VerifiedMessage): Buffer => parts[0]?.bytes ?? Buffer.alloc(0);
/** As its signed manifest names them. */
const keysOf = ({ manifest }: VerifiedMessage): string[] => manifest.businessKeys.map(({ type, value }) => `${type}:${value}`);
export const payloadDigest = (payload: Buffer): string => sha256(payload);

/** Ours, read as it was kept: which place among the messages of its source it has. */
export function statementOf({ translation }: Pick<ReplayCandidate, 'translation'>): TranslationStatement | undefined {
  const jws = translation === undefined ? undefined : readCompact(Buffer.from(translation, 'latin1'), MAX_JWS[TYPES.translation]);
  return jws?.ok ? readTranslation(jws.payload) : undefined;
}

const routeTo = (link: Link, { canonicalType, priority, source }: ReplayCandidate, statement: TranslationStatement | undefined): Route => ({
  from: source?.sender ?? '',
  messageType: canonicalType as CanonicalMessage['type'],
  to: link.partner,
  ...(statement?.projection === undefined ? {} : { projection: statement.projection }),
  priority,
});
