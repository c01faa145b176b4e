import { row, type ErrorRow } from './error-row.ts';
import { ERRORS_OF_LIMITS } from './errors-of-limits.ts';
import { ERRORS_OF_USE } from './errors-of-use.ts';

export type { Disposition, ErrorRow, Origin } from './error-row.ts';

/**
 * The catalogue of everything that can be wrong, one row a code. Receipts, HTTP answers, the CLI and the console all
 * read this table; nothing else decides what an error means. Texts never hold payload data or secrets.
 *
 * - `origin`: who has to act: the sender, the recipient, the gateway's operator, or the configuration.
 * - `disposition`: `retry` heals by itself; `refuse` is answered to the sender with every error found; `park` waits for
 *   a person; `quarantine` is a security matter, kept apart and not answered in detail; `report` is a warning only.
 */
export const ERRORS = {
  // bytes and syntax
  EMPTY: row('sender', 'refuse', 422, 'The message is empty.', 'Send the document itself.'),
  TOO_LARGE: row('sender', 'refuse', 413, 'The message is larger than the limit.', 'Split it, or agree a higher limit with the operator.'),
  ENCODING_INVALID: row(
    'sender',
    'refuse',
    422,
    'The bytes are not valid in the declared encoding.',
    'Write the document in the encoding agreed for the link.',
  ),
  ENCODING_UNSUPPORTED: row(
    'sender',
    'refuse',
    422,
    'The declared encoding is not accepted on this link.',
    'Use UTF-8 or the encoding agreed for the link.',
  ),
  FORMAT_UNKNOWN: row(
    'sender',
    'refuse',
    422,
    'The format of the document was not recognised.',
    'Send one of the formats agreed for the link.',
  ),
  XML_MALFORMED: row('sender', 'refuse', 422, 'The document is not well-formed XML.', 'Mend the document at the position given.'),
  DTD_FORBIDDEN: row('sender', 'refuse', 422, 'The document contains a DOCTYPE, which is never accepted.', 'Remove the DOCTYPE.'),
  XML_LIMIT: row(
    'sender',
    'refuse',
    422,
    'The document exceeds a limit on depth, attributes, names, text or time.',
    'Simplify the document, or split it.',
  ),
  NAMESPACE_WRONG: row(
    'sender',
    'refuse',
    422,
    'The namespace is not the one of this message type.',
    'Use the namespace of the message type, or none.',
  ),
  JSON_MALFORMED: row('sender', 'refuse', 422, 'The document is not valid JSON.', 'Mend the document at the position given.'),
  JSON_DUPLICATE_KEY: row('sender', 'refuse', 422, 'A JSON object names the same member twice.', 'Write each member once.'),
  JSON_LIMIT: row(
    'sender',
    'refuse',
    422,
    'The JSON document exceeds a limit on depth, size or number range.',
    'Simplify it; write large numbers as strings.',
  ),
  PHRASE_MALFORMED: row('sender', 'refuse', 422, 'The text is not a phrase of a telegraph message.', 'Write one phrase from (: to :).'),
  RECORD_MALFORMED: row(
    'sender',
    'refuse',
    422,
    'The platform file is not a run of records from 00 to 99.',
    "End each record with ' and escape : ' and ? in text with ?.",
  ),
  RECORD_TRUNCATED: row('sender', 'refuse', 422, 'The platform file ends before its trailer record 99.', 'Send the complete file.'),
  RECORD_COUNT: row(
    'sender',
    'refuse',
    422,
    'The trailer record 99 counts other records than were received.',
    'Count all records, the first and the last included.',
  ),
  EDIFACT_MALFORMED: row(
    'sender',
    'refuse',
    422,
    'The interchange is not valid EDIFACT syntax.',
    'Mend the interchange at the segment given.',
  ),
  EDIFACT_TRUNCATED: row('sender', 'refuse', 422, 'The interchange ends before its trailer.', 'Send the complete interchange.'),
  EDIFACT_COUNT: row(
    'sender',
    'refuse',
    422,
    'A trailer count or reference differs from what was received.',
    'Count segments (UNT) and messages (UNZ) again.',
  ),
  EDIFACT_SEGMENT_UNKNOWN: row(
    'sender',
    'refuse',
    422,
    'A segment tag is not part of this message.',
    'Remove the segment, or check its letters.',
  ),
  EDIFACT_CONSTITUENTS: row(
    'sender',
    'refuse',
    422,
    'A segment or composite has more elements than its directory gives it.',
    'Remove what is too much, or escape the separators in text.',
  ),
  EDIFACT_SPLIT_RELEASE: row(
    'sender',
    'refuse',
    422,
    'A release character stands at the end of a component and swallows a separator.',
    'Cut text into components before escaping it.',
  ),
  EDIFACT_RELEASE_STRAY: row(
    'sender',
    'report',
    422,
    'A release character stands before a character that needs none; both were kept as text.',
    'Write a question mark in text as ??.',
  ),
  EDIFACT_LIMIT: row(
    'sender',
    'refuse',
    422,
    'The interchange exceeds a limit on segments, elements, length or time.',
    'Split the interchange.',
  ),
  // structure
  MESSAGE_TYPE_UNKNOWN: row('sender', 'refuse', 422, 'The message type is not known here.', 'Use a message type agreed for the link.'),
  MESSAGE_TYPE_MISMATCH: row(
    'sender',
    'refuse',
    422,
    'The message type in the head differs from the one of the namespace or envelope.',
    'Make both name the same type.',
  ),
  FUNCTION_CODE_UNKNOWN: row('sender', 'refuse', 422, 'The function code is not one of this message type.', 'Use one of its codes.'),
  FIELD_MISSING: row('sender', 'refuse', 422, 'A mandatory element is missing.', 'Add the element; the pointer says where.'),
  FIELD_FORBIDDEN: row('sender', 'refuse', 422, 'An element is present that this function code forbids.', 'Remove the element.'),
  FIELD_REPEATED: row(
    'sender',
    'refuse',
    422,
    'An element occurs more often than allowed.',
    'Keep to the maximum; split the message where the maximum is too small.',
  ),
  FIELD_UNMAPPED: row(
    'sender',
    'report',
    422,
    'An element has no place in this message type; it was kept but not translated.',
    'Agree an extension, or leave the element out.',
  ),
  FIELD_FILTERED: row(
    'sender',
    'report',
    422,
    'An element is ignored for this function code.',
    'Nothing to do; leave the element out where you can.',
  ),
  FIELD_ORDER: row('sender', 'report', 422, 'An element stands in another order than the schema gives.', 'Keep the order of the schema.'),
  VALUE_INVALID: row(
    'sender',
    'refuse',
    422,
    'A value does not have the form this field needs.',
    'Write the value in the form of the field.',
  ),
  VALUE_TOO_LONG: row('sender', 'refuse', 422, 'A value is longer than the field allows.', 'Shorten the value.'),
  CODE_UNKNOWN: row(
    'sender',
    'report',
    422,
    'A code is not in the code list of the field; it was kept verbatim.',
    'Check the code against the list.',
  ),
  CODE_UNMAPPED: row(
    'configuration',
    'park',
    422,
    'A code has no counterpart in the list of the receiving format.',
    'Add the pair to the code list, then replay.',
  ),
  VALUE_UNTRANSLATABLE: row(
    'configuration',
    'park',
    422,
    'A value has no place or form in the receiving format.',
    'Extend the mapping, then replay.',
  ),
  ENCODING_UNMAPPABLE: row(
    'configuration',
    'park',
    422,
    'A character cannot be written in the encoding of the receiving link.',
    'Agree UTF-8 with the receiver, or mend the text.',
  ),
  // content checks
  CHECK_DIGIT: row('sender', 'report', 422, 'The check digit does not fit the number.', 'Check the number for a typing error.'),
  LOOKALIKE: row(
    'sender',
    'refuse',
    422,
    'A code mixes alphabets: a Cyrillic, Greek or wide look-alike stands for a Latin letter or the reverse.',
    'Type the code again in one alphabet.',
  ),
  LINK_UNDECLARED: row(
    'sender',
    'refuse',
    422,
    'An item names a container or wagon that the message does not declare.',
    'Declare it, or correct the link.',
  ),
  COUNT_MISMATCH: row('sender', 'report', 422, 'The packages or mass of the items do not add up to the total.', 'Check the totals.'),
  FIELDS_CONTRADICT: row(
    'sender',
    'report',
    422,
    'Two fields of the message contradict each other.',
    'Compare the field with the one named in the detail.',
  ),
  STEP_OUT_OF_ORDER: row(
    'sender',
    'refuse',
    422,
    'A step cannot follow the one before it.',
    'Report every step, in the order in which they happened.',
  ),
  ATTACHMENT_MISSING: row(
    'sender',
    'refuse',
    422,
    'The message names an attached file that did not come with it.',
    'Send the file as a part of the same message, under the name given.',
  ),
  ATTACHMENT_MISMATCH: row(
    'sender',
    'refuse',
    422,
    'An attached file does not have the size or digest the message gives.',
    'Send the file the message was made for, or correct the message.',
  ),
  STATE_SUPERSEDED: row('sender', 'report', 422, 'A later state is known already, and stands.', 'Nothing: notices overtake each other.'),
  DUPLICATE_KEY: row(
    'sender',
    'refuse',
    422,
    'The same bill, note or item number occurs twice in one message.',
    'Give each its own number.',
  ),
  // trust
  SIGNATURE_INVALID: row(
    'sender',
    'quarantine',
    401,
    'The message could not be authenticated.',
    'Check key, signature and header against the protocol document.',
  ),
  PARTY_UNKNOWN: row('sender', 'quarantine', 401, 'The message could not be authenticated.', 'Register the party before sending.'),
  KEY_REFUSED: row('sender', 'refuse', 422, 'The key is not acceptable.', 'Mend what is named; a new key is EC P-256 or Ed25519.'),
  KEY_STEP: row(
    'gateway',
    'refuse',
    409,
    'The key cannot take this step.',
    'Look at landbridge keys list: pending, published, active, retiring, retired is the order.',
  ),
  KEY_NOT_REHEARSED: row(
    'gateway',
    'refuse',
    409,
    'Not every partner answered a test with this key.',
    'Run landbridge keys rehearse while the partner is up; --force --reason goes on without.',
  ),
  KEY_WITHDRAWN: row(
    'gateway',
    'retry',
    409,
    'The key that signed the message was withdrawn before the message left.',
    'Replay it under a new id: it is then signed with the key in use.',
  ),
  KEY_IN_USE: row(
    'gateway',
    'refuse',
    409,
    'Messages on their way are signed with this key.',
    'Wait for their receipts (landbridge debts); --force --reason goes on without.',
  ),
  PART_MISMATCH: row('sender', 'quarantine', 401, 'The message could not be authenticated.', 'Send exactly the parts the manifest lists.'),
  ADDRESSEE_WRONG: row('sender', 'quarantine', 401, 'The message could not be authenticated.', 'Send to the party the manifest names.'),
  MESSAGE_EXPIRED: row(
    'sender',
    'refuse',
    422,
    'The message is past its own not-after time.',
    'Send it again under a new id if it still matters.',
  ),
  CLOCK_SKEW: row('sender', 'refuse', 422, 'The time of issue lies outside the tolerance.', 'Set the clock by NTP.'),
  STOPPED: row('gateway', 'retry', 503, 'Sending is stopped.', 'Find out who stopped it and why; let it go on when that is mended.'),
  ID_CONFLICT: row(
    'sender',
    'quarantine',
    409,
    'This message id was used before with other content.',
    'Give every new content a new id; tell the operator if you did not send both.',
  ),
  FRAME_MALFORMED: row(
    'sender',
    'quarantine',
    400,
    'The transport frame cannot be read.',
    'Build the frame as the protocol document shows.',
  ),
  CARRIED_SIGNATURE_INVALID: row('sender', 'refuse', 422, 'The carried signature is not confirmed.', 'Sign as agreed for the link.'),
  CARRIED_SIGNATURE_DOUBTFUL: row('sender', 'report', 422, 'A further signature is not confirmed.', 'Check it against the agreement.'),
  CARRIED_SIGNATURE_LEGACY: row('sender', 'report', 422, 'The carried signature uses an old algorithm.', 'Change it by the date agreed.'),
  SIGNATURE_SERVICE_UNAVAILABLE: row('gateway', 'retry', 503, 'The signature service does not answer.', 'Start it; the rest follows.'),
  TEST_PRODUCTION_MIXED: row('sender', 'refuse', 422, 'Test flag and link environment differ.', 'Send test messages on test links only.'),
  // routing and delivery
  ROUTE_MISSING: row('configuration', 'park', 422, 'No route is configured for this sender and message type.', 'Add a route, then replay.'),
  TRANSLATION_FAILED: row(
    'configuration',
    'park',
    422,
    'The message could not be translated.',
    'See the errors; mend the mapping, then replay.',
  ),
  LINK_SUSPENDED: row(
    'gateway',
    'retry',
    503,
    'The link is suspended: nothing is accepted and nothing delivered.',
    'Ask the operator of the gateway why. Nothing is lost: send the same bytes again when it is resumed.',
  ),
  LINK_UNREACHABLE: row(
    'recipient',
    'retry',
    503,
    'The link to the receiver is down.',
    'Nothing to do; delivery is retried until the deadline.',
  ),
  PUBLISH_RETURNED: row('configuration', 'retry', 503, 'The broker has no queue for this link.', 'Run landbridge topology apply.'),
  PUBLISH_UNCONFIRMED: row(
    'gateway',
    'retry',
    503,
    'The broker did not confirm in time.',
    'Nothing to do; it is sent again, flagged as a possible duplicate.',
  ),
  RECEIPT_MISSING: row('recipient', 'retry', 504, 'No receipt came in time.', 'Nothing to do; the receiver is asked before any resend.'),
  RECEIPT_INVALID: row('recipient', 'park', 422, 'The receipt does not fit the message.', 'Ask the partner to check its receipts.'),
  ANSWER_INVALID: row('recipient', 'quarantine', 422, 'The answer fits no question of ours.', 'Ask the partner how it came about.'),
  NOT_HELD: row(
    'recipient',
    'park',
    504,
    'The receiver has signed that it does not have the message.',
    'Decide whether it still matters; send the same bytes again or replace it.',
  ),
  DEADLINE_PASSED: row(
    'recipient',
    'park',
    504,
    'The message was not delivered before its deadline.',
    'Decide whether it still matters; replay under a new id.',
  ),
  OVERLOADED: row(
    'gateway',
    'retry',
    503,
    'The gateway cannot take more at the moment; nothing was accepted.',
    'Send the same bytes again after the time given in Retry-After.',
  ),
  STILL_AT_WORK: row('gateway', 'retry', 503, 'The message is still being worked on.', 'Send the same bytes again to hear of it.'),
  EVIDENCE_OVERDUE: row('gateway', 'retry', 503, 'Time-stamps are overdue; no message is accepted.', 'Nothing to do; it is tried again.'),
  TIMESTAMP_UNAVAILABLE: row('gateway', 'retry', 503, 'The time-stamping authority gave no token.', 'Check TSA_URL and TSA_CA.'),
  STORE_UNAVAILABLE: row('gateway', 'retry', 503, 'The database is not reachable.', 'Nothing to do; nothing was accepted.'),
  CONFIGURATION_INVALID: row('configuration', 'park', 500, 'The configuration is not valid.', 'Mend every point listed.'),
  ...ERRORS_OF_LIMITS,
  ...ERRORS_OF_USE,
  INTERNAL: row('gateway', 'park', 500, 'Something unexpected happened.', 'Look at the log by the message id, then replay.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;
export type Severity = 'error' | 'warning';

/** One finding about a document: what, where, and in safe words what exactly. `pointer` is an XPath, JSON pointer or segment address. */
export interface Issue {
  readonly code: ErrorCode;
  readonly severity: Severity;
  readonly pointer: string;
  readonly message: string;
}

/** Builds a finding; the severity follows from the catalogue. `detail` must not contain payload values. */
export function issue(code: ErrorCode, pointer: string, detail?: string): Issue {
  const { text, disposition } = ERRORS[code];
  return { code, severity: disposition === 'report' ? 'warning' : 'error', pointer, message: detail ? `${text} ${detail}` : text };
}

/** A failure with a stable code. `issues` lists every finding; `cause` is for the log of the gateway only. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];
  constructor(code: ErrorCode, options: { detail?: string; pointer?: string; issues?: readonly Issue[]; cause?: unknown } = {}) {
    super(options.detail ? `${ERRORS[code].text} ${options.detail}` : ERRORS[code].text, { cause: options.cause });
    this.code = code;
    this.issues = options.issues ?? [issue(code, options.pointer ?? '', options.detail)];
  }
  get row(): ErrorRow {
    return ERRORS[this.code];
  }
}
