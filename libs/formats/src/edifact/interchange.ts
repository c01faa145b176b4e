import type { ErrorCode } from '#model';
import type { DocumentNode } from '../document.ts';
import { toPoint } from './decimal-mark.ts';
import type { Directories } from './directory.ts';
import { checkElements, type SegmentDefinitions } from './elements.ts';
import { Findings, type SyntaxFinding, SYNTAX_ERROR } from './findings.ts';
import { Grouping, TAG } from './grouping.ts';
import type { EdifactLimits, Segment } from './segment.ts';
import type { ServiceCharacters } from './service-characters.ts';
import { SegmentTokenizer } from './tokenizer.ts';

/** UNH S009. */
export interface MessageIdentifier {
  readonly type: string;
  readonly version: string;
  readonly release: string;
  readonly agency: string;
  readonly association: string;
}

export interface InterchangeMessage {
  /** UNH 0062. */
  readonly reference: string;
  readonly identifier: MessageIdentifier;
  /** Root named by the message type; UNB, and UNG where there is one, stand first, then UNH; UNT is checked and left out. */
  readonly document: DocumentNode;
  readonly issues: readonly SyntaxFinding[];
}

export interface Interchange {
  /** UNB 0020; empty where there is no UNB. */
  readonly reference: string;
  readonly syntaxIdentifier: string;
  readonly syntaxVersion: string;
  readonly senderId: string;
  readonly recipientId: string;
  readonly testIndicator: boolean;
  /** Whether the sender asks for a CONTRL (0031). */
  readonly acknowledgementRequested: boolean;
  readonly characters: ServiceCharacters;
  readonly messages: readonly InterchangeMessage[];
  /** Findings about the interchange itself; those about a message are with the message. */
  readonly issues: readonly SyntaxFinding[];
}

export interface InterchangeOptions {
  readonly directories: Directories;
  readonly limits?: Partial<EdifactLimits> | undefined;
}

/**
 * Reads one interchange: UNB, messages or groups of messages, UNZ. Never throws for bad input: whatever can still be
 * read is read, and every count, reference, structure and syntax fault is a finding with pointer and segment number.
 * Text may come in any chunks.
 */
export function readInterchange(text: string | Iterable<string>, options: InterchangeOptions): Interchange {
  const tokenizer = new SegmentTokenizer(options.limits);
  const reader = new InterchangeReader(options.directories);
  for (const chunk of typeof text === 'string' ? pieces(text) : text) {
    for (const segment of tokenizer.push(chunk)) reader.take(segment);
    if (tokenizer.stopped || reader.stopped) break;
  }
  if (!reader.stopped) for (const segment of tokenizer.end()) reader.take(segment);
  for (const { code, detail } of tokenizer.problems) reader.fail(code, detail);
  return reader.end(tokenizer.characters);
}

/** Characters handed over at once, so that what is stopped does not read on to the end. */
const PIECE = 64 * 1024;

function* pieces(text: string): Iterable<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
}

/** A header that waits for its trailer. */
interface Open {
  readonly node: DocumentNode;
  readonly reference: string;
  readonly pointer: string;
  count: number;
}

interface OpenMessage extends Open {
  readonly grouping: Grouping;
  readonly identifier: MessageIdentifier;
  readonly findings: Findings;
  readonly segments: SegmentDefinitions | undefined;
}

/** Code lists 0001 (UNOA to UNOZ, and KECA) and 0002 of ISO 9735-10. */
const SYNTAX_IDENTIFIER = /^(UNO[A-Z]|KECA)$/;
const SYNTAX_VERSION = /^[1-4]$/;

/** Beyond this nobody reads on, and a hostile interchange must not make us. */
const MOST_ERRORS = 1_000;

class InterchangeReader {
  stopped = false;
  readonly #directories: Directories;
  readonly #findings = new Findings();
  readonly #messages: InterchangeMessage[] = [];
  readonly #references = new Set<string>();
  readonly #handlers: Readonly<Record<string, (segment: Segment) => void>> = {
    UNB: (segment) => this.#unb(segment),
    UNG: (segment) => this.#ung(segment),
    UNH: (segment) => this.#unh(segment),
    UNT: (segment) => this.#unt(segment),
    UNE: (segment) => this.#une(segment),
    UNZ: (segment) => this.#unz(segment),
  };
  #interchange: Open | undefined;
  #group: Open | undefined;
  #message: OpenMessage | undefined;
  #groups = 0;
  #received = 0;
  /** Errors of the messages that ended. */
  #errors = 0;
  #closed = false;
  #broken = false;
  #splitBefore: { readonly pointer: string; readonly number: number } | undefined;

  constructor(directories: Directories) {
    this.#directories = directories;
  }

  take(segment: Segment): void {
    if (this.stopped) return;
    if (this.#errors + this.#findings.errors + (this.#message?.findings.errors ?? 0) > MOST_ERRORS) {
      return this.#stop('EDIFACT_LIMIT', `It has more than ${MOST_ERRORS} errors; the rest was not read.`, SYNTAX_ERROR.unspecified);
    }
    if (this.#received++ === 0 && !this.#begins(segment)) return;
    if (this.#closed) return this.#stop('EDIFACT_MALFORMED', 'Something follows the interchange trailer.', SYNTAX_ERROR.outsideMessage);
    const handler = this.#handlers[segment.tag];
    if (handler) handler(segment);
    else if (this.#message) this.#body(this.#message, segment);
    else this.#outside(segment, 'A segment stands outside a message.');
  }

  /** A fault of the text as a whole. */
  fail(code: ErrorCode, detail: string): void {
    this.#broken = true;
    const error = code === 'EDIFACT_MALFORMED' ? SYNTAX_ERROR.invalidServiceCharacter : SYNTAX_ERROR.unspecified;
    this.#findings.add(code, code === 'EDIFACT_TRUNCATED' ? SYNTAX_ERROR.missing : error, '', {}, detail);
  }

  end(characters: ServiceCharacters): Interchange {
    if (this.#message) this.#endMessage(this.#message, this.stopped);
    if (this.#group && !this.stopped) this.#truncated(this.#group.pointer, 'UNE', 'The group has no trailer.');
    if (this.#received === 0 && !this.#broken) this.#findings.add('EMPTY', SYNTAX_ERROR.missing, '');
    else if (this.#interchange && !this.#closed && !this.stopped) this.#truncated('UNZ', 'UNZ', 'The interchange has no trailer.');
    const value = (element: number, component = 1) => this.#interchange?.node.data?.[element - 1]?.[component - 1] ?? '';
    return {
      reference: value(5),
      syntaxIdentifier: value(1),
      syntaxVersion: value(1, 2),
      senderId: value(2),
      recipientId: value(3),
      testIndicator: value(11) === '1',
      acknowledgementRequested: value(9) === '1',
      characters,
      messages: this.#messages,
      issues: this.#findings.list,
    };
  }

  #begins(segment: Segment): boolean {
    if (segment.tag === 'UNB') return true;
    if (!TAG.test(segment.tag)) {
      this.#stop('EDIFACT_MALFORMED', 'It does not begin with an interchange header.', SYNTAX_ERROR.missing);
      return false;
    }
    this.#findings.add('EDIFACT_MALFORMED', SYNTAX_ERROR.missing, 'UNB', { serviceTag: 'UNB' }, 'The interchange header is missing.');
    return true;
  }

  #unb(segment: Segment): void {
    if (this.#interchange) return this.#outside(segment, 'A second interchange header stands inside the interchange.');
    const node = serviceNode(segment);
    this.#interchange = { node, reference: text(segment, 5), pointer: 'UNB', count: 0 };
    this.#require(segment, 'UNB', this.#findings, ['1.1', '1.2', '2.1', '3.1', '4.1', '5.1']);
    this.#syntax(segment);
    this.#problems(segment, 'UNB', this.#findings);
  }

  /** UNB S001: a syntax nobody published is not read by guessing. */
  #syntax(segment: Segment): void {
    for (const [component, known] of [SYNTAX_IDENTIFIER, SYNTAX_VERSION].entries()) {
      const value = text(segment, 1, component + 1);
      if (value === '' || known.test(value)) continue;
      const place = { serviceTag: 'UNB', element: 1, component: component + 1 };
      this.#findings.add('EDIFACT_MALFORMED', SYNTAX_ERROR.invalidValue, `UNB/1.${component + 1}`, place, 'The syntax is not known.');
    }
  }

  #ung(segment: Segment): void {
    if (this.#message) this.#endMessage(this.#message, false);
    if (this.#group) this.#truncated(this.#group.pointer, 'UNE', 'The group has no trailer.');
    const pointer = `UNG[${++this.#groups}]`;
    this.#group = { node: serviceNode(segment), reference: text(segment, 5), pointer, count: 0 };
    if (this.#interchange) this.#interchange.count++;
    this.#problems(segment, pointer, this.#findings);
  }

  #unh(segment: Segment): void {
    if (this.#message) this.#endMessage(this.#message, false);
    const [type = '', version = '', release = '', agency = '', association = ''] = segment.data[1] ?? [];
    const pointer = `UNH[${this.#messages.length + 1}]`;
    const findings = new Findings();
    const directory = this.#directories.get(`${type}:${version}:${release}:${agency}`);
    const grouping = new Grouping(directory, type, pointer, findings);
    const reference = text(segment, 1);
    this.#message = {
      node: serviceNode(segment),
      reference,
      pointer,
      count: 0,
      grouping,
      findings,
      segments: directory?.deviating.includes(association) ? undefined : directory?.segments,
      identifier: { type, version, release, agency, association },
    };
    for (const header of [this.#interchange, this.#group]) if (header) grouping.root.children.push(header.node);
    const counted = this.#group ?? this.#interchange;
    if (counted) counted.count++;
    this.#body(this.#message, segment);
    this.#require(segment, `${pointer}/UNH`, findings, ['1.1', '2.1', '2.2', '2.3', '2.4']);
    if (!directory) {
      findings.add('MESSAGE_TYPE_UNKNOWN', SYNTAX_ERROR.noAgreement, `${pointer}/UNH/2`, {
        segmentNumber: 1,
        serviceTag: 'UNH',
        element: 2,
      });
    }
    if (reference && this.#references.has(reference)) {
      findings.add(
        'DUPLICATE_KEY',
        SYNTAX_ERROR.duplicate,
        `${pointer}/UNH/1`,
        { segmentNumber: 1, serviceTag: 'UNH', element: 1 },
        'The message reference occurs twice.',
      );
    }
    this.#references.add(reference);
  }

  #body(message: OpenMessage, segment: Segment): void {
    toPoint(segment.tag, segment.data);
    const { pointer } = message.grouping.place(segment);
    const number = message.grouping.count;
    if (this.#splitBefore && !TAG.test(segment.tag)) {
      const { pointer: at, number: segmentNumber } = this.#splitBefore;
      message.findings.add('EDIFACT_SPLIT_RELEASE', SYNTAX_ERROR.invalidCharacter, at, { segmentNumber });
    }
    this.#splitBefore = segment.splitRelease === 'possible' ? { pointer, number } : undefined;
    if (segment.splitRelease === 'certain') {
      message.findings.add('EDIFACT_SPLIT_RELEASE', SYNTAX_ERROR.invalidCharacter, pointer, { segmentNumber: number });
    }
    this.#problems(segment, pointer, message.findings, number);
    const definition = message.segments?.get(segment.tag);
    if (definition) {
      checkElements(segment.data, definition, (code, error, detail, element, component) => {
        const at = component === undefined ? `${pointer}/${element}` : `${pointer}/${element}.${component}`;
        message.findings.add(code, error, at, { segmentNumber: number, element, component }, detail);
      });
    }
  }

  #unt(segment: Segment): void {
    const message = this.#message;
    if (!message) return this.#outside(segment, 'A message trailer has no header.');
    const { pointer, reference, findings, grouping } = message;
    const at = { segmentNumber: grouping.count + 1, serviceTag: 'UNT' };
    if (Number(text(segment, 1)) !== grouping.count + 1) {
      findings.add(
        'EDIFACT_COUNT',
        SYNTAX_ERROR.countDiffers,
        `${pointer}/UNT/1`,
        { ...at, element: 1 },
        'The number of segments differs.',
      );
    }
    if (text(segment, 2) !== reference) {
      findings.add(
        'EDIFACT_COUNT',
        SYNTAX_ERROR.referencesDiffer,
        `${pointer}/UNT/2`,
        { ...at, element: 2 },
        'The message reference differs.',
      );
    }
    this.#problems(segment, `${pointer}/UNT`, findings, at.segmentNumber);
    this.#endMessage(message, true);
  }

  #une(segment: Segment): void {
    if (this.#message) this.#endMessage(this.#message, false);
    if (!this.#group) return this.#outside(segment, 'A group trailer has no header.');
    this.#trailer(segment, `${this.#group.pointer}/UNE`, this.#group);
    this.#group = undefined;
  }

  #unz(segment: Segment): void {
    if (this.#message) this.#endMessage(this.#message, false);
    if (this.#group) this.#truncated(this.#group.pointer, 'UNE', 'The group has no trailer.');
    this.#group = undefined;
    this.#closed = true;
    if (this.#interchange) this.#trailer(segment, 'UNZ', this.#interchange);
  }

  #trailer(segment: Segment, pointer: string, open: Open): void {
    const serviceTag = segment.tag;
    if (Number(text(segment, 1)) !== open.count) {
      this.#findings.add('EDIFACT_COUNT', SYNTAX_ERROR.countDiffers, `${pointer}/1`, { serviceTag, element: 1 }, 'The count differs.');
    }
    if (text(segment, 2) !== open.reference) {
      this.#findings.add(
        'EDIFACT_COUNT',
        SYNTAX_ERROR.referencesDiffer,
        `${pointer}/2`,
        { serviceTag, element: 2 },
        'The control reference differs.',
      );
    }
    this.#problems(segment, pointer, this.#findings);
  }

  #endMessage(message: OpenMessage, complete: boolean): void {
    const { grouping, findings, pointer, reference, identifier } = message;
    if (!complete) {
      const place = { segmentNumber: grouping.count, serviceTag: 'UNT' };
      findings.add('EDIFACT_TRUNCATED', SYNTAX_ERROR.missing, `${pointer}/UNT`, place, 'The message has no trailer.');
    }
    grouping.end();
    this.#errors += findings.errors;
    this.#messages.push({ reference, identifier, document: grouping.root, issues: findings.list });
    this.#message = undefined;
    this.#splitBefore = undefined;
  }

  /** What the tokenizer found inside a segment, now that it is known where the segment stands. */
  #problems(segment: Segment, pointer: string, findings: Findings, segmentNumber?: number): void {
    for (const { code, detail, element, component } of segment.problems ?? []) {
      const at = element ? `${pointer}/${element}${component ? `.${component}` : ''}` : pointer;
      const error = element === 0 ? SYNTAX_ERROR.nesting : SYNTAX_ERROR.invalidCharacter;
      findings.add(code, error, at, { segmentNumber, element: element || undefined, component }, detail);
    }
    for (const index of segment.repeats?.keys() ?? []) {
      findings.add(
        'FIELD_UNMAPPED',
        SYNTAX_ERROR.notSupportedHere,
        `${pointer}/${index + 1}`,
        { segmentNumber, element: index + 1 },
        'The element repeats.',
      );
    }
  }

  #require(segment: Segment, pointer: string, findings: Findings, places: readonly string[]): void {
    for (const place of places) {
      const [element = 1, component = 1] = place.split('.').map(Number);
      if (!text(segment, element, component)) {
        findings.add('FIELD_MISSING', SYNTAX_ERROR.missing, `${pointer}/${place}`, { serviceTag: segment.tag, element, component });
      }
    }
  }

  #outside(segment: Segment, detail: string): void {
    this.#findings.add('EDIFACT_MALFORMED', SYNTAX_ERROR.outsideMessage, `segment[${segment.number}]`, {}, detail);
  }

  #truncated(pointer: string, serviceTag: string, detail: string): void {
    this.#findings.add('EDIFACT_TRUNCATED', SYNTAX_ERROR.missing, pointer, { serviceTag }, detail);
  }

  #stop(code: ErrorCode, detail: string, error: string): void {
    this.stopped = true;
    this.#findings.add(code, error, '', {}, detail);
  }
}

const text = (segment: Segment, element: number, component = 1) => segment.data[element - 1]?.[component - 1] ?? '';

const serviceNode = (segment: Segment): DocumentNode => ({ name: segment.tag, data: segment.data, children: [], position: segment.number });
