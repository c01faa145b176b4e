/**
 * Answers in the partner's own format, as canonical acknowledgements: CONTRL about the syntax of an interchange, APERAK
 * about the content of a message. Business data like any other; signed receipts are another matter.
 */
import { MODEL_VERSION, type CanonicalOf, type ErrorCode, type Issue } from '#model';
import type { DecodedMessage } from '../api.ts';
import { SYNTAX_ERROR, type SyntaxFinding } from './findings.ts';
import type { Interchange, InterchangeMessage } from './interchange.ts';

type Acknowledgement = CanonicalOf<'Acknowledgement'>;
type AcknowledgedMessage = NonNullable<Acknowledgement['acknowledgedMessage']>[number];
type AcknowledgedSegment = NonNullable<AcknowledgedMessage['segment']>[number];

/** What an answer needs that its occasion does not say. */
export interface AnswerHead {
  /** At most 14 characters, so that it can stand in UNB and UNH. */
  readonly messageId: string;
  readonly issueDateTime: string;
}

/** UN list 0083, action coded. */
export const ACTION = { rejected: '4', acknowledged: '7', received: '8' } as const;

/** UN list 1225, message function coded, as APERAK uses it. */
const ACCEPTED = '29';
const NOT_ACCEPTED = '27';
/** Five components of 70 characters. */
const FREE_TEXT = 350;

/**
 * The CONTRL for an interchange. A fault of the interchange itself rejects it and all it holds (4); otherwise it is
 * acknowledged (7), and each message with an error is rejected by name with every place that is wrong. With
 * `checked` false the answer says only that the interchange came (8). Undefined when the interchange does not say what to
 * answer to whom: no UNB, or one without proper reference, sender or recipient.
 */
export function contrlFor(interchange: Interchange, head: AnswerHead, checked = true): Acknowledgement | undefined {
  const { reference, senderId, recipientId, testIndicator, messages } = interchange;
  if (![reference, senderId, recipientId].every((name) => fits(name, LONGEST_NAME))) return undefined;
  const [fault] = errors([...interchange.issues, ...messages.flatMap(unnamed)]);
  const faulty = messages.filter((message) => isNamed(message) && errors(message.issues).length > 0);
  const action = !checked ? ACTION.received : fault ? ACTION.rejected : ACTION.acknowledged;
  return {
    model: MODEL_VERSION,
    type: 'Acknowledgement',
    header: headerOf('CONTRL', head, { senderId, recipientId, testIndicator }),
    kind: 'syntax',
    acknowledgedDocument: { id: reference },
    originalSenderId: senderId,
    originalRecipientId: recipientId,
    responseCode: { value: action, listId: 'UN-0083' },
    ...(checked && fault && { fault: faultOf(fault) }),
    ...(checked && faulty.length > 0 && { acknowledgedMessage: faulty.map(rejected) }),
  };
}

/** Head of an answer: what was answered, turned round. */
function headerOf(
  type: 'CONTRL' | 'APERAK',
  head: AnswerHead,
  { senderId, recipientId, testIndicator }: Pick<Acknowledgement['header'], 'senderId' | 'recipientId' | 'testIndicator'>,
): Acknowledgement['header'] {
  return {
    ...head,
    functionCode: { value: '9', listId: 'UN-1225' },
    typeCode: { value: type, listId: 'UN-0065' },
    ...(recipientId !== undefined && { senderId: recipientId }),
    ...(senderId !== undefined && { recipientId: senderId }),
    ...(testIndicator && { testIndicator }),
  };
}

const errors = (issues: readonly SyntaxFinding[]): SyntaxFinding[] => issues.filter(({ severity }) => severity === 'error');

/** Lengths of 0004 and 0010, and of 0062. */
const LONGEST_NAME = 35;
const LONGEST_REFERENCE = 14;

const fits = (text: string, length: number): boolean => text !== '' && text.length <= length;
const isNamed = ({ reference }: InterchangeMessage): boolean => fits(reference, LONGEST_REFERENCE);

/** A message without a proper reference cannot be rejected by name: its faults are those of the interchange. */
const unnamed = (message: InterchangeMessage): readonly SyntaxFinding[] => (isNamed(message) ? [] : message.issues);

function rejected({ reference, identifier, issues }: InterchangeMessage): AcknowledgedMessage {
  const found = errors(issues);
  const own = found.find(({ place }) => place.serviceTag !== undefined);
  const { type, version, release, agency, association } = identifier;
  const segments = segmentsOf(found.filter(({ place }) => place.serviceTag === undefined && place.segmentNumber !== undefined));
  return {
    id: reference,
    ...(fits(type, 6) && { typeCode: { value: type, listId: 'UN-0065' } }),
    ...(fits(version, 3) && { versionId: version }),
    ...(fits(release, 3) && { releaseId: release }),
    ...(fits(agency, 2) && { agencyCode: agency }),
    ...(fits(association, 6) && { associationCode: association }),
    responseCode: { value: ACTION.rejected, listId: 'UN-0083' },
    ...(own && { fault: faultOf(own) }),
    ...(segments.length > 0 && { segment: segments }),
  };
}

function segmentsOf(found: readonly SyntaxFinding[]): AcknowledgedSegment[] {
  const byNumber = new Map<number, AcknowledgedSegment>();
  for (const { place, syntaxError } of found) {
    const number = place.segmentNumber ?? 1;
    const segment = byNumber.get(number) ?? { segmentNumber: String(number) };
    byNumber.set(number, segment);
    const errorCode = { value: syntaxError, listId: 'UN-0085' };
    if (place.element === undefined) segment.errorCode ??= errorCode;
    else (segment.element ??= []).push({ errorCode, ...position(place) });
  }
  return [...byNumber.values()].sort((a, b) => Number(a.segmentNumber) - Number(b.segmentNumber));
}

const faultOf = ({ place, syntaxError }: SyntaxFinding) => ({
  errorCode: { value: syntaxError, listId: 'UN-0085' },
  ...(place.serviceTag !== undefined && { segmentTag: place.serviceTag, ...position(place) }),
});

const position = ({ element, component }: SyntaxFinding['place']) => ({
  ...(element !== undefined && { elementNumber: String(element) }),
  ...(element !== undefined && component !== undefined && { componentNumber: String(component) }),
});

/** What an ERC names an error by: numbers of list 0085, for want of a public list of the railways (provisional). */
const APPLICATION_ERROR: Partial<Record<ErrorCode, string>> = {
  FIELD_MISSING: SYNTAX_ERROR.missing,
  FIELD_FORBIDDEN: SYNTAX_ERROR.notSupportedHere,
  FIELD_REPEATED: SYNTAX_ERROR.tooManyRepetitions,
  VALUE_INVALID: SYNTAX_ERROR.invalidValue,
  VALUE_TOO_LONG: SYNTAX_ERROR.tooLong,
  LOOKALIKE: SYNTAX_ERROR.invalidCharacter,
  FUNCTION_CODE_UNKNOWN: SYNTAX_ERROR.valueNotSupportedHere,
  MESSAGE_TYPE_UNKNOWN: SYNTAX_ERROR.noAgreement,
  DUPLICATE_KEY: SYNTAX_ERROR.duplicate,
  LINK_UNDECLARED: SYNTAX_ERROR.referencesDiffer,
};

/**
 * The APERAK for one message: accepted (29), or not accepted (27) with every error. Pass the findings of the content checks
 * and of the interchange as `issues` when they are to be answered too.
 */
export function aperakFor(
  decoded: Pick<DecodedMessage, 'message' | 'issues'>,
  head: AnswerHead,
  issues: readonly Issue[] = decoded.issues,
): Acknowledgement {
  const { header } = decoded.message;
  const note = 'transportContractDocument' in decoded.message ? decoded.message.transportContractDocument?.id : undefined;
  const found = issues.filter(({ severity }) => severity === 'error');
  return {
    model: MODEL_VERSION,
    type: 'Acknowledgement',
    header: { ...headerOf('APERAK', head, header), refToMessageId: header.messageId },
    kind: 'application',
    acknowledgementDocument: { id: head.messageId },
    acknowledgedDocument: { id: note ?? header.messageId },
    responseCode: { value: found.length > 0 ? NOT_ACCEPTED : ACCEPTED, listId: 'UN-1225' },
    noticeDateTime: head.issueDateTime,
    ...(found.length > 0 && { error: found.map((issue) => reported(issue, header.messageId)) }),
  };
}

function reported({ code, message, pointer }: Issue, referenceId: string) {
  const text = [`${code}: ${message}`, ...(pointer ? [`At ${pointer}`] : [])].map((line) => line.slice(0, FREE_TEXT));
  return { code: { value: APPLICATION_ERROR[code] ?? SYNTAX_ERROR.unspecified, listId: 'ApplicationError' }, text, referenceId };
}
