/**
 * The electronic documents of the corridor: what bounds cannot say. Periods end after they begin, seals listed are seals
 * counted, an examination goes its legal way, what answers a question answers it wholly.
 */
import {
  isExaminationStep,
  nextSteps,
  type CanonicalOf,
  type Code,
  type ExaminationStep,
  type SealedEquipment,
  type SpecifiedPeriod,
} from '#model';
import { sameDecimal, sumDecimals } from '../decimals.ts';
import { checkUnique } from './consistency.ts';
import type { Findings } from './findings.ts';
import { checkEquipment } from './values.ts';

/**
 * Which of two times is later, by their moments; where one is a plain date, by the calendar days written, because a day has no
 * moment. Undefined when they are the same or one is no time.
 */
function isBefore(one: string, other: string): boolean | undefined {
  if (!one.includes('T') || !other.includes('T')) {
    const [day, otherDay] = [one.slice(0, 10), other.slice(0, 10)];
    return day === otherDay ? undefined : day < otherDay;
  }
  const difference = Date.parse(one) - Date.parse(other);
  return Number.isNaN(difference) || difference === 0 ? undefined : difference < 0;
}

/** A period that ends before it begins. Asked of every period of every message. */
export function checkPeriod({ startDateTime, endDateTime }: SpecifiedPeriod, findings: Findings): void {
  if (startDateTime !== undefined && endDateTime !== undefined && isBefore(endDateTime, startDateTime))
    findings.report('FIELDS_CONTRADICT', 'It ends before it begins.', 'endDateTime');
}

type Equipment = Pick<SealedEquipment, 'id' | 'sealQuantity' | 'affixedSeal' | 'carryingWagonId' | 'categoryCode'>;

/** Each container and wagon stands there once, and so does each seal; the seals listed are the seals counted. */
export function checkSealed(
  { usedTransportEquipment: equipment = [] }: { usedTransportEquipment?: readonly Equipment[] | undefined },
  findings: Findings,
): void {
  checkUnique(equipment, ({ id }) => id, findings, 'usedTransportEquipment', 'id');
  const seen = new Set<string>();
  for (const [i, { affixedSeal = [], sealQuantity }] of equipment.entries()) {
    if (sealQuantity !== undefined && affixedSeal.length > 0 && sameDecimal(sealQuantity, String(affixedSeal.length)) !== true)
      findings.report('FIELDS_CONTRADICT', 'The seals listed.', 'usedTransportEquipment', i, 'sealQuantity');
    for (const [j, { id }] of affixedSeal.entries()) {
      if (seen.has(id)) findings.report('DUPLICATE_KEY', 'Seal.', 'usedTransportEquipment', i, 'affixedSeal', j, 'id');
      seen.add(id);
    }
  }
}

export function checkYardEntry(tally: CanonicalOf<'YardEntryTally'>, findings: Findings): void {
  checkSealed(tally, findings);
  const { equipmentQuantity, usedTransportEquipment } = tally;
  if (equipmentQuantity !== undefined && sameDecimal(equipmentQuantity, String(usedTransportEquipment.length)) !== true)
    findings.report('COUNT_MISMATCH', 'Containers listed.', 'equipmentQuantity');
}

/** Documents once each, seals as counted in all, and containers on wagons of the envelope where it lists wagons. */
export function checkEnvelope(envelope: CanonicalOf<'CustomsEnvelope'>, findings: Findings): void {
  checkSealed(envelope, findings);
  checkUnique(
    envelope.attachedDocument ?? [],
    ({ id, typeCode }) => `${typeCode?.listId}\n${typeCode?.value}\n${id}`,
    findings,
    'attachedDocument',
    'id',
  );
  checkUnique(envelope.customsDocument, ({ id }) => id, findings, 'customsDocument', 'id');
  const { usedTransportEquipment: equipment = [], sealQuantity, issueDateTime, validityPeriod } = envelope;
  const counts = equipment.map(({ sealQuantity: own, affixedSeal }) => own ?? String(affixedSeal?.length ?? 0));
  if (sealQuantity !== undefined && equipment.length > 0 && sameDecimal(sumDecimals(counts) ?? '', sealQuantity) === false)
    findings.report('COUNT_MISMATCH', 'Seals of all wagons and containers.', 'sealQuantity');
  if (isBefore(validityPeriod.endDateTime, issueDateTime))
    findings.report('FIELDS_CONTRADICT', 'The time of issue.', 'validityPeriod', 'endDateTime');
  const wagons = new Set(equipment.flatMap(({ id, categoryCode }) => (categoryCode?.value === 'RR' ? [id] : [])));
  if (wagons.size === 0) return;
  for (const [i, { carryingWagonId }] of equipment.entries())
    if (carryingWagonId !== undefined && !wagons.has(carryingWagonId))
      findings.report('LINK_UNDECLARED', undefined, 'usedTransportEquipment', i, 'carryingWagonId');
}

const is = (code: Code | undefined, listId: string, value: string): boolean => code?.listId === listId && code.value === value;

/** What is mismatched is listed, and what is matched has no such list. */
export function checkEnvelopeAnswer(
  answer: CanonicalOf<'CustomsEnvelopeReceipt'> | CanonicalOf<'CustomsEnvelopeCloseOut'>,
  findings: Findings,
): void {
  const { resultCode, mismatch = [] } = answer;
  if (is(resultCode, 'EnvelopeMatch', 'mismatched') && mismatch.length === 0)
    findings.report('FIELD_MISSING', 'The result is mismatched.', 'mismatch');
  if (is(resultCode, 'EnvelopeMatch', 'matched') && mismatch.length > 0)
    findings.report('FIELDS_CONTRADICT', 'The mismatches listed.', 'resultCode');
  if (answer.type !== 'CustomsEnvelopeCloseOut') return;
  checkSealed(answer, findings);
  if (answer.arrivalDateTime !== undefined && isBefore(answer.closedDateTime, answer.arrivalDateTime))
    findings.report('FIELDS_CONTRADICT', 'The time of arrival.', 'closedDateTime');
}

/**
 * The steps of each container follow each other as `nextSteps` says and never go back in time. A report may begin at any step;
 * what it tells, it tells without a gap.
 */
export function checkExamination({ event }: CanonicalOf<'ExaminationReport'>, findings: Findings): void {
  const last = new Map<string | undefined, { step: ExaminationStep; at: string }>();
  for (const [i, { stepCode, equipmentId, occurrenceDateTime, resultCode }] of event.entries()) {
    if (stepCode.listId !== 'ExaminationStep' || !isExaminationStep(stepCode.value)) continue;
    const step = stepCode.value;
    const before = last.get(equipmentId);
    if (before && !nextSteps(before.step).includes(step)) findings.report('STEP_OUT_OF_ORDER', undefined, 'event', i, 'stepCode');
    if (before && isBefore(occurrenceDateTime, before.at))
      findings.report('FIELDS_CONTRADICT', 'The time of the step before.', 'event', i, 'occurrenceDateTime');
    if (step === 'result' && !resultCode) findings.report('FIELD_MISSING', 'The step is the result.', 'event', i, 'resultCode');
    if (step !== 'result' && resultCode) findings.report('FIELDS_CONTRADICT', 'The step is not the result.', 'event', i, 'resultCode');
    last.set(equipmentId, { step, at: occurrenceDateTime });
  }
}

/** Another time is proposed exactly when the answer says so. */
export function checkBoardingAnswer(
  { participationCode, proposedPeriod, officer = [], officerQuantity }: CanonicalOf<'JointBoardingPlanResponse'>,
  findings: Findings,
): void {
  const otherTime = is(participationCode, 'BoardingParticipation', 'otherTime');
  if (otherTime && !proposedPeriod) findings.report('FIELD_MISSING', 'Another time is asked for.', 'proposedPeriod');
  if (!otherTime && proposedPeriod) findings.report('FIELDS_CONTRADICT', 'A time is proposed.', 'participationCode');
  if (officerQuantity !== undefined && officer.length > 0 && sameDecimal(officerQuantity, String(officer.length)) !== true)
    findings.report('COUNT_MISMATCH', 'Officers listed.', 'officerQuantity');
}

/** Objects that are equipment (list MilestoneObject), by UN/EDIFACT 8053. */
const EQUIPMENT_OBJECTS: Readonly<Record<string, string>> = { E: 'CN', W: 'RR' };

/** What occurred was written down afterwards, and received after that; an event does not take itself back. */
export function checkMilestone(event: CanonicalOf<'MilestoneEvent'>, findings: Findings): void {
  const { id, classifierCode, occurrenceDateTime, recordedDateTime, receivedDateTime, retractedEventId } = event;
  if (is(classifierCode, 'MilestoneClassifier', 'ACT') && recordedDateTime !== undefined && isBefore(recordedDateTime, occurrenceDateTime))
    findings.report('FIELDS_CONTRADICT', 'The time of occurrence.', 'recordedDateTime');
  if (receivedDateTime !== undefined && recordedDateTime !== undefined && isBefore(receivedDateTime, recordedDateTime))
    findings.report('FIELDS_CONTRADICT', 'The time of recording.', 'receivedDateTime');
  if (retractedEventId === id) findings.report('FIELDS_CONTRADICT', 'The event itself.', 'retractedEventId');
  for (const [member, object] of [['object', event.object] as const, ...(event.relatedObject ?? []).entries()]) {
    const category = EQUIPMENT_OBJECTS[object.typeCode.value];
    if (object.typeCode.listId !== 'MilestoneObject' || category === undefined) continue;
    const steps = typeof member === 'number' ? ['relatedObject', member] : [member];
    steps.forEach((step) => findings.enter(step));
    checkEquipment({ id: object.id, categoryCode: { value: category } }, findings);
    steps.forEach(() => findings.leave());
  }
}

export function checkFees({ fee }: CanonicalOf<'FeeSchedule'>, findings: Findings): void {
  checkUnique(fee, ({ id }) => id, findings, 'fee', 'id');
}

/** Codes once each; changes say what became of each entry and of which version. */
export function checkReference({ entry, completeIndicator, replacedVersion }: CanonicalOf<'ReferenceData'>, findings: Findings): void {
  checkUnique(entry, ({ code }) => code, findings, 'entry', 'code');
  if (completeIndicator) return;
  if (replacedVersion === undefined) findings.report('FIELD_MISSING', 'The list holds changes only.', 'replacedVersion');
  for (const [i, { actionCode }] of entry.entries())
    if (!actionCode) findings.report('FIELD_MISSING', 'The list holds changes only.', 'entry', i, 'actionCode');
}

/**
 * A receipt or close-out against the envelope it names, as pointers into the answer: the same number, by the office it was
 * addressed to, not before it was issued, and no later than it was valid; a close-out with the seals it was issued with. What
 * the answer itself lists as mismatched is known and not reported again.
 */
export function checkAgainstEnvelope(
  envelope: CanonicalOf<'CustomsEnvelope'>,
  answer: CanonicalOf<'CustomsEnvelopeReceipt'> | CanonicalOf<'CustomsEnvelopeCloseOut'>,
  findings: Findings,
): void {
  const closing = answer.type === 'CustomsEnvelopeCloseOut';
  if (answer.envelopeId !== envelope.id) return findings.report('LINK_UNDECLARED', 'Another envelope.', 'envelopeId');
  const known = (kind: string) => answer.mismatch?.some(({ reasonCode }) => is(reasonCode, 'EnvelopeMismatchKind', kind)) ?? false;
  const [office, officeMember] = closing
    ? ([answer.closingCustomsOffice, 'closingCustomsOffice'] as const)
    : ([answer.receivingCustomsOffice, 'receivingCustomsOffice'] as const);
  if (office.id.value !== envelope.destinationCustomsOffice.id.value)
    findings.report('FIELDS_CONTRADICT', 'The office the envelope is addressed to.', officeMember, 'id');
  const [time, timeMember] = closing
    ? ([
        answer.arrivalDateTime ?? answer.closedDateTime,
        answer.arrivalDateTime === undefined ? 'closedDateTime' : 'arrivalDateTime',
      ] as const)
    : ([answer.receivedDateTime, 'receivedDateTime'] as const);
  if (isBefore(time, envelope.issueDateTime)) findings.report('FIELDS_CONTRADICT', 'The envelope was issued later.', timeMember);
  if (closing && isBefore(envelope.validityPeriod.endDateTime, time) && !known('validity'))
    findings.report('FIELDS_CONTRADICT', 'The envelope was no longer valid.', timeMember);
  if (closing && !known('seal')) checkSealsFound(envelope, answer, findings);
}

function checkSealsFound(
  envelope: CanonicalOf<'CustomsEnvelope'>,
  closeOut: CanonicalOf<'CustomsEnvelopeCloseOut'>,
  findings: Findings,
): void {
  const sealsOf = ({ affixedSeal = [] }: Equipment) =>
    affixedSeal
      .map(({ id }) => id)
      .sort()
      .join('\n');
  const issued = new Map((envelope.usedTransportEquipment ?? []).map((equipment) => [equipment.id, sealsOf(equipment)]));
  for (const [i, equipment] of (closeOut.usedTransportEquipment ?? []).entries()) {
    const seals = issued.get(equipment.id);
    if (seals === undefined) findings.report('LINK_UNDECLARED', 'Not in the envelope.', 'usedTransportEquipment', i, 'id');
    else if (equipment.affixedSeal && seals !== sealsOf(equipment))
      findings.report('FIELDS_CONTRADICT', 'The seals of the envelope.', 'usedTransportEquipment', i, 'affixedSeal');
  }
}
