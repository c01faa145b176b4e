/**
 * The format workshop: a partner's samples in, what is in them and an overlay on the nearest standard mapping out. Pure: nothing is
 * stored, and the same samples give the same answer. What is proposed was tried: each overlay is compiled, and the samples judged by it.
 */
import type { Issue } from '#model';
import type { MappingRef, Translator } from '../api.ts';
import { hintCharsets } from '../charset-hint.ts';
import { DetectionIndex } from '../detection.ts';
import type { DocumentNode } from '../document.ts';
import type { TextFile } from '../mapping/codelists.ts';
import { loadMappings, type LoadedMappings } from '../mapping/load.ts';
import type { CompiledMapping } from '../mapping/rules.ts';
import { createTranslator, type TranslatorFiles } from '../translator.ts';
import { checkOverlay, type SampleCheck } from './check.ts';
import { draftOverlay } from './draft-overlay.ts';
import { countFindings, judge, type FindingCount } from './judge.ts';
import { nearest } from './nearest.ts';
import type { Proposal } from './proposal.ts';
import type { Survey } from './survey.ts';

export interface WorkshopSample {
  readonly name: string;
  readonly bytes: Buffer;
  /** Encodings agreed for it beyond UTF-8, as on a link. */
  readonly charsets?: readonly string[];
}

export interface WorkshopOptions {
  /** Names the overlays (`port-x/MT1101`) and code lists (`PORT-X-CN012`): small letters, digits and hyphens. */
  readonly partner: string;
  /** Decisions a person has taken: ids of proposals. */
  readonly agreed?: ReadonlySet<string>;
  /** Base of all samples, whatever they look like. */
  readonly from?: string;
  readonly maxBytes?: number;
  /** Called once a sample and step, for a progress bar. */
  readonly advance?: () => void;
}

export interface SampleReport {
  readonly name: string;
  readonly bytes: number;
  readonly syntax: string | null;
  readonly encoding: string | null;
  /** What bytes that fit no agreed encoding look like; nothing is read by it. */
  readonly encodingHint?: string;
  readonly envelope?: string;
  readonly type: string | null;
  readonly version: string | null;
  readonly functionCode: string | null;
  /** Mapping it was judged by. */
  readonly base: string | null;
  /** How the base was found. */
  readonly told: 'detected' | 'nearest' | 'chosen' | 'unknown';
  readonly near: readonly { readonly mapping: string; readonly likeness: number }[];
  readonly valid: boolean;
  readonly issues: readonly Issue[];
}

export interface CodeGap {
  readonly path: string;
  readonly list: string;
  readonly codes: readonly { readonly code: string; readonly count: number }[];
}

export interface GroupReport {
  readonly base: MappingRef & { readonly type: string; readonly title: Readonly<Record<string, string>> };
  readonly samples: readonly string[];
  readonly codeGaps: readonly CodeGap[];
  /** Elements no rule reads: place, how often, characters of the longest. */
  readonly unmapped: readonly { readonly path: string; readonly count: number; readonly longest: number }[];
  readonly proposals: readonly Proposal[];
  /** Absent where the base reads all of it and nothing is to be decided. */
  readonly overlay?: { readonly id: string; readonly text: string; readonly codelists: readonly TextFile[] };
  readonly validBefore: number;
  readonly validAfter: number;
  /** What is still found with the overlay, the most frequent first. */
  readonly left: readonly FindingCount[];
  readonly checks: readonly SampleCheck[];
}

export interface WorkshopReport {
  readonly samples: readonly SampleReport[];
  readonly groups: readonly GroupReport[];
}

/** Below this a mapping is no base: most of the document would be new. */
const LIKE_ENOUGH = 0.4;

export function runWorkshop(files: TranslatorFiles, samples: readonly WorkshopSample[], options: WorkshopOptions): WorkshopReport {
  return new Workshop(files, options).run(samples);
}

interface Placed {
  readonly sample: WorkshopSample;
  readonly report: SampleReport;
  readonly mapping: CompiledMapping | undefined;
  readonly documents: readonly DocumentNode[];
}

class Workshop {
  readonly #translator: Translator;
  readonly #loaded: LoadedMappings;
  readonly #index: DetectionIndex;
  readonly #ids: Set<string>;

  constructor(
    private readonly files: TranslatorFiles,
    private readonly options: WorkshopOptions,
  ) {
    this.#translator = createTranslator(files, { lazily: true });
    this.#loaded = loadMappings(files, { lazily: true });
    this.#index = new DetectionIndex(this.#loaded.mappings);
    this.#ids = new Set(this.#loaded.mappings.map(({ ref }) => ref.id));
  }

  run(samples: readonly WorkshopSample[]): WorkshopReport {
    const placed = samples.map((sample) => {
      const one = this.#place(sample);
      this.options.advance?.();
      return one;
    });
    const groups = new Map<CompiledMapping, Placed[]>();
    for (const one of placed) if (one.mapping) groups.set(one.mapping, [...(groups.get(one.mapping) ?? []), one]);
    return {
      samples: placed.map(({ report }) => report),
      groups: [...groups].map(([mapping, members]) => this.#group(mapping, members)),
    };
  }

  #place(sample: WorkshopSample): Placed {
    const { from, maxBytes } = this.options;
    const reading = { ...(sample.charsets && { charsets: sample.charsets }), ...(maxBytes !== undefined && { maxBytes }) };
    const { detection } = this.#translator.detect(sample.bytes, reading);
    const documents = this.#translator.documents(sample.bytes, reading);
    const own = documents.filter((document) => this.#index.detect(document).mapping?.envelope !== true);
    const detected = own[0] && this.#index.detect(own[0]).mapping;
    const chosen = from === undefined ? undefined : this.#loaded.mappings.find(({ ref }) => ref.id === from);
    const near = detected || !own[0] ? [] : nearest(own[0], this.#loaded.mappings);
    const likely = near[0] && near[0].likeness >= LIKE_ENOUGH ? near[0].mapping : undefined;
    const mapping = own[0] && (chosen ?? detected ?? likely);
    const { issues, valid, decoded } = judge(sample.bytes, this.#translator, { ...reading, ...(mapping && { mapping: mapping.ref.id }) });
    this.options.advance?.();
    const unreadable = issues.some(({ code }) => code === 'ENCODING_INVALID' || code === 'ENCODING_UNSUPPORTED');
    const hint = unreadable ? hintCharsets(sample.bytes)[0]?.charset : undefined;
    const [first] = decoded.messages;
    return {
      sample,
      mapping,
      documents: own.filter((document) => !mapping || sameMapping(this.#index, document, mapping, detected)),
      report: {
        name: sample.name,
        bytes: sample.bytes.length,
        syntax: detection?.syntax ?? null,
        encoding: detection?.charset || null,
        ...(hint !== undefined && { encodingHint: hint }),
        ...(decoded.envelope && { envelope: decoded.envelope.mapping.id }),
        type: first?.type ?? detection?.type ?? null,
        version: first?.mapping.version ?? null,
        functionCode: first?.functionCode ?? null,
        base: mapping?.ref.id ?? detection?.mapping ?? null,
        told: chosen && mapping ? 'chosen' : detected || detection?.mapping ? 'detected' : mapping ? 'nearest' : 'unknown',
        near: near.map((one) => ({ mapping: one.mapping.ref.id, likeness: Math.round(one.likeness * 100) / 100 })),
        valid,
        issues,
      },
    };
  }

  #group(base: CompiledMapping, members: readonly Placed[]): GroupReport {
    const { partner, agreed = new Set<string>(), maxBytes } = this.options;
    const id = this.#freeId(`${partner}/${base.ref.id.split('/').at(-1) ?? base.type}`);
    const documents = members.flatMap((member) => member.documents);
    const drafted = draftOverlay(base, documents, {
      files: this.files,
      lists: this.#loaded.lists,
      id,
      prefix: partner.toUpperCase(),
      agreed,
    });
    const { overlay, survey, proposals } = drafted;
    const checks = overlay
      ? checkOverlay(
          this.files,
          overlay,
          members.map(({ sample }) => sample),
          { base: base.ref.id, ...(maxBytes !== undefined && { maxBytes }) },
        )
      : [];
    members.forEach(() => this.options.advance?.());
    const validBefore = members.filter(({ report }) => report.valid).length;
    return {
      base: { ...base.ref, type: base.type, title: base.title },
      samples: members.map(({ sample }) => sample.name),
      codeGaps: gapsOf(survey, `${partner.toUpperCase()}-`),
      unmapped: survey.unknown.map(({ name, groupPath, count, longest }) => ({ path: `${groupPath}/${name}`, count, longest })),
      proposals,
      ...(overlay && { overlay }),
      validBefore,
      validAfter: overlay ? checks.filter(({ valid }) => valid).length : validBefore,
      left: countFindings(overlay ? checks.map(({ issues }) => issues) : members.map(({ report }) => report.issues)),
      checks,
    };
  }

  #freeId(wanted: string): string {
    let id = wanted;
    for (let number = 2; this.#ids.has(id); number++) id = `${wanted}-${number}`;
    this.#ids.add(id);
    return id;
  }
}

/** By the list of the base, also where the overlay names the partner's. */
function gapsOf({ rules }: Survey, prefix: string): CodeGap[] {
  return [...rules.values()].flatMap(({ rule, path, unknownCodes }) => {
    if (rule.kind !== 'leaf' || unknownCodes.size === 0) return [];
    const list = (rule.conversion.rule.split(' ')[1] ?? '').replace(prefix, '');
    return [{ path, list, codes: [...unknownCodes].map(([code, count]) => ({ code, count })) }];
  });
}

/** Of an interchange with messages of several types, those of the first. */
const sameMapping = (
  index: DetectionIndex,
  document: DocumentNode,
  mapping: CompiledMapping,
  detected: CompiledMapping | undefined,
): boolean => detected !== mapping || index.detect(document).mapping === mapping;
