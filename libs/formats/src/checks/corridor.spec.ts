import fc from 'fast-check';
import { EXAMINATION_STEPS, nextSteps, type CanonicalMessage, type CanonicalOf, type ExaminationStep, type MessageType } from '#model';
import { checkEnvelopeClosed, checkMessage } from './index.ts';

const code = (value: string, listId: string) => ({ value, listId });
const head = { model: 'landbridge/1', header: { messageId: '1', functionCode: code('9', 'UN-1225') } } as const;
const found = (message: CanonicalMessage) => checkMessage(message).map((finding) => `${finding.code} ${finding.pointer}`);
const office = (value: string) => ({ id: code(value, 'CN-CustomsOffice') });
const seals = (...ids: string[]) => ids.map((id) => ({ id }));
type Body<T extends MessageType> = Omit<CanonicalOf<T>, 'model' | 'type' | 'header'>;

const MORNING = '2026-03-14T09:00+08:00';
/** The same moment as MORNING, further west. */
const MORNING_IN_ALTYNKOL = '2026-03-14T06:00+05:00';
const NOON = '2026-03-14T12:00+08:00';

const ENVELOPE: Body<'CustomsEnvelope'> = {
  id: 'X1',
  issueDateTime: MORNING,
  issuingCustomsOffice: office('2301'),
  destinationCustomsOffice: office('9406'),
  validityPeriod: { endDateTime: '2026-03-28' },
  customsDocument: [{ id: 'D1' }],
  usedTransportEquipment: [
    { id: '5270001', categoryCode: code('RR', 'UN-8053') },
    { id: 'LBGU1000018', carryingWagonId: '5270001', sealQuantity: '2', affixedSeal: seals('S1', 'S2') },
  ],
  sealQuantity: '2',
};
const envelope = (over: Partial<Body<'CustomsEnvelope'>> = {}): CanonicalOf<'CustomsEnvelope'> => ({
  ...head,
  type: 'CustomsEnvelope',
  ...ENVELOPE,
  ...over,
});

describe('periods', () => {
  const order = (startDateTime: string, endDateTime: string): CanonicalMessage => ({
    ...head,
    type: 'DeliveryOrder',
    id: '1',
    deliveryParty: { name: 'A' },
    transportContractDocument: { id: 'B' },
    validityPeriod: { startDateTime, endDateTime },
  });
  it.each([
    [MORNING, NOON, []],
    [MORNING, MORNING_IN_ALTYNKOL, []],
    ['2026-03-14', MORNING, []],
    [NOON, MORNING_IN_ALTYNKOL, ['FIELDS_CONTRADICT /validityPeriod/endDateTime']],
    ['2026-03-15', MORNING, ['FIELDS_CONTRADICT /validityPeriod/endDateTime']],
  ])('%s to %s', (start, end, issues) => expect(found(order(start, end))).toEqual(issues));
});

describe('a customs envelope', () => {
  it('is in order', () => expect(found(envelope())).toEqual([]));
  it.each([
    [
      'the seals of a container counted wrongly',
      { usedTransportEquipment: [{ id: 'LBGU1000018', sealQuantity: '3', affixedSeal: seals('S1', 'S2') }], sealQuantity: '3' },
      'FIELDS_CONTRADICT /usedTransportEquipment/0/sealQuantity',
    ],
    ['the seals of all counted wrongly', { sealQuantity: '1' }, 'COUNT_MISMATCH /sealQuantity'],
    [
      'a seal in two places',
      {
        usedTransportEquipment: [
          { id: 'LBGU1000018', affixedSeal: seals('S1') },
          { id: '5270001', affixedSeal: seals('S1') },
        ],
      },
      'DUPLICATE_KEY /usedTransportEquipment/1/affixedSeal/0/id',
    ],
    [
      'a container on a wagon of another train',
      {
        usedTransportEquipment: [
          { id: '5270001', categoryCode: code('RR', 'UN-8053') },
          { id: 'LBGU1000018', carryingWagonId: '94237120' },
        ],
        sealQuantity: '0',
      },
      'LINK_UNDECLARED /usedTransportEquipment/1/carryingWagonId',
    ],
    [
      'validity that ended before the issue',
      { validityPeriod: { endDateTime: '2026-03-13' } },
      'FIELDS_CONTRADICT /validityPeriod/endDateTime',
    ],
    [
      'a document twice',
      {
        attachedDocument: [
          { id: 'A', sha256: '0'.repeat(64) },
          { id: 'A', sha256: '1'.repeat(64) },
        ],
      },
      'DUPLICATE_KEY /attachedDocument/1/id',
    ],
    [
      'a Cyrillic letter in a container number',
      { usedTransportEquipment: [{ id: 'LВGU1000018' }], sealQuantity: '0' },
      'LOOKALIKE /usedTransportEquipment/0/id',
    ],
  ])('has %s', (_name, over: Partial<Body<'CustomsEnvelope'>>, issue) => expect(found(envelope(over))).toEqual([issue]));
});

describe('what answers a customs envelope', () => {
  const receipt = (over: Partial<Body<'CustomsEnvelopeReceipt'>> = {}): CanonicalOf<'CustomsEnvelopeReceipt'> => ({
    ...head,
    type: 'CustomsEnvelopeReceipt',
    envelopeId: 'X1',
    receivingCustomsOffice: office('9406'),
    receivedDateTime: NOON,
    resultCode: code('matched', 'EnvelopeMatch'),
    ...over,
  });
  const closeOut = (over: Partial<Body<'CustomsEnvelopeCloseOut'>> = {}): CanonicalOf<'CustomsEnvelopeCloseOut'> => ({
    ...head,
    type: 'CustomsEnvelopeCloseOut',
    envelopeId: 'X1',
    closingCustomsOffice: office('9406'),
    closedDateTime: '2026-03-20T10:00+08:00',
    resultCode: code('matched', 'EnvelopeMatch'),
    usedTransportEquipment: [{ id: 'LBGU1000018', affixedSeal: seals('S2', 'S1') }],
    ...over,
  });
  const beside = (answer: ReturnType<typeof receipt> | ReturnType<typeof closeOut>) =>
    checkEnvelopeClosed(envelope(), answer).map((finding) => `${finding.code} ${finding.pointer}`);
  const mismatch = (kind: string) => ({
    resultCode: code('mismatched', 'EnvelopeMatch'),
    mismatch: [{ reasonCode: code(kind, 'EnvelopeMismatchKind') }],
  });

  it('lists what is mismatched, and only then', () => {
    expect(found(receipt())).toEqual([]);
    expect(found(receipt(mismatch('seal')))).toEqual([]);
    expect(found(receipt({ ...mismatch('seal'), mismatch: [] }))).toEqual(['FIELD_MISSING /mismatch']);
    expect(found(receipt({ ...mismatch('seal'), resultCode: code('matched', 'EnvelopeMatch') }))).toEqual([
      'FIELDS_CONTRADICT /resultCode',
    ]);
  });
  it('is closed out after arrival', () => {
    expect(found(closeOut({ arrivalDateTime: '2026-03-21' }))).toEqual(['FIELDS_CONTRADICT /closedDateTime']);
  });
  it('fits the envelope', () => {
    expect(beside(receipt())).toEqual([]);
    expect(beside(closeOut())).toEqual([]);
  });
  it.each([
    ['another envelope', closeOut({ envelopeId: 'X2' }), 'LINK_UNDECLARED /envelopeId'],
    ['another office', closeOut({ closingCustomsOffice: office('9407') }), 'FIELDS_CONTRADICT /closingCustomsOffice/id'],
    ['another office for the receipt', receipt({ receivingCustomsOffice: office('9407') }), 'FIELDS_CONTRADICT /receivingCustomsOffice/id'],
    ['a time before the issue', receipt({ receivedDateTime: '2026-03-14T08:00+08:00' }), 'FIELDS_CONTRADICT /receivedDateTime'],
    ['a time behind the validity', closeOut({ closedDateTime: '2026-03-29T10:00+08:00' }), 'FIELDS_CONTRADICT /closedDateTime'],
    [
      'other seals',
      closeOut({ usedTransportEquipment: [{ id: 'LBGU1000018', affixedSeal: seals('S1', 'S9') }] }),
      'FIELDS_CONTRADICT /usedTransportEquipment/0/affixedSeal',
    ],
    [
      'a container the envelope lacks',
      closeOut({ usedTransportEquipment: [{ id: 'LBGU1000023' }] }),
      'LINK_UNDECLARED /usedTransportEquipment/0/id',
    ],
  ])('names %s', (_name, answer, issue) => expect(beside(answer)).toEqual([issue]));
  it('may say itself that seals or validity are not as announced', () => {
    expect(beside(closeOut({ ...mismatch('seal'), usedTransportEquipment: [{ id: 'LBGU1000018', affixedSeal: seals('S9') }] }))).toEqual(
      [],
    );
    expect(beside(closeOut({ ...mismatch('validity'), closedDateTime: '2026-03-29T10:00+08:00' }))).toEqual([]);
  });
});

describe('an examination', () => {
  const at = (minute: number) => `2026-03-14T09:${String(minute).padStart(2, '0')}+08:00`;
  const event = (step: string, minute: number, equipmentId = 'LBGU1000018') => ({
    stepCode: code(step, 'ExaminationStep'),
    equipmentId,
    occurrenceDateTime: at(minute),
    ...(step === 'result' && { resultCode: code('none', 'ExaminationResult') }),
  });
  const report = (...events: CanonicalOf<'ExaminationReport'>['event']): CanonicalMessage => ({
    ...head,
    type: 'ExaminationReport',
    examinationOrderId: 'Y1',
    event: events,
  });
  const whole = ['ordered', 'moved', 'inPlace', 'started', 'ended', 'result'].map((step, i) => event(step, i));

  it('goes from order to result, and may be told from any step on', () => {
    for (let from = 0; from < whole.length; from++) expect(found(report(...whole.slice(from)))).toEqual([]);
  });
  it('of several containers goes for each its own way', () =>
    expect(found(report(event('inPlace', 1), event('moved', 1, '5270001'), event('started', 2), event('inPlace', 3, '5270001')))).toEqual(
      [],
    ));
  it('follows the table of steps, whatever is reported', () => {
    const step = fc.constantFrom(...(Object.keys(EXAMINATION_STEPS) as ExaminationStep[]));
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 8 }), (steps) => {
        const wrong = steps.flatMap((name, i) =>
          i > 0 && !nextSteps(steps[i - 1]).includes(name) ? [`STEP_OUT_OF_ORDER /event/${i}/stepCode`] : [],
        );
        expect(found(report(...steps.map((name, i) => event(name, i))))).toEqual(wrong);
      }),
    );
  });
  it('never goes back in time', () =>
    expect(found(report(event('started', 5), event('ended', 4)))).toEqual(['FIELDS_CONTRADICT /event/1/occurrenceDateTime']));
  it('has a result at the step of that name and nowhere else', () => {
    const { resultCode, ...bare } = event('result', 1);
    expect(found(report(bare))).toEqual(['FIELD_MISSING /event/0/resultCode']);
    expect(found(report({ ...event('ended', 1), ...(resultCode && { resultCode }) }))).toEqual(['FIELDS_CONTRADICT /event/0/resultCode']);
  });
  it('names containers in Latin letters', () =>
    expect(found(report(event('moved', 1, 'LВGU1000018')))).toEqual(['LOOKALIKE /event/0/equipmentId']));
});

describe('an answer to a joint boarding', () => {
  const answer = (over: Partial<Body<'JointBoardingPlanResponse'>>, participation = 'agreed'): CanonicalMessage => ({
    ...head,
    type: 'JointBoardingPlanResponse',
    planId: 'P1',
    participant: { name: 'A' },
    participationCode: code(participation, 'BoardingParticipation'),
    ...over,
  });
  const proposedPeriod = { endDateTime: NOON };
  it.each([
    ['agrees', answer({ officerQuantity: '1', officer: [{ personName: 'B' }] }), []],
    ['asks for another time and names it', answer({ proposedPeriod }, 'otherTime'), []],
    ['asks for another time and names none', answer({}, 'otherTime'), ['FIELD_MISSING /proposedPeriod']],
    ['agrees and names another time', answer({ proposedPeriod }), ['FIELDS_CONTRADICT /participationCode']],
    ['counts wrongly', answer({ officerQuantity: '2', officer: [{ personName: 'B' }] }), ['COUNT_MISMATCH /officerQuantity']],
  ])('%s', (_name, message, issues) => expect(found(message)).toEqual(issues));
});

describe('a milestone', () => {
  const milestone = (over: Partial<Body<'MilestoneEvent'>> = {}): CanonicalMessage => ({
    ...head,
    type: 'MilestoneEvent',
    id: 'E2',
    milestoneCode: code('GTO', 'CorridorMilestone'),
    classifierCode: code('ACT', 'MilestoneClassifier'),
    object: { typeCode: code('E', 'MilestoneObject'), id: 'LBGU1000018' },
    occurrenceDateTime: MORNING,
    recordedDateTime: MORNING_IN_ALTYNKOL,
    receivedDateTime: NOON,
    ...over,
  });
  const estimated = { classifierCode: code('EST', 'MilestoneClassifier'), occurrenceDateTime: '2026-03-15T09:00+08:00' };
  it.each([
    ['is in order', {}, []],
    ['is expected tomorrow', estimated, []],
    [
      'was written down before it happened',
      { ...estimated, classifierCode: code('ACT', 'MilestoneClassifier') },
      ['FIELDS_CONTRADICT /recordedDateTime'],
    ],
    ['was received before it was written down', { receivedDateTime: '2026-03-14' }, []],
    ['was received a day too early', { receivedDateTime: '2026-03-13' }, ['FIELDS_CONTRADICT /receivedDateTime']],
    ['takes itself back', { retractedEventId: 'E2' }, ['FIELDS_CONTRADICT /retractedEventId']],
    ['takes another back', { retractedEventId: 'E1' }, []],
    [
      'has a container with a wrong check digit',
      { relatedObject: [{ typeCode: code('E', 'MilestoneObject'), id: 'LBGU1000019' }] },
      ['CHECK_DIGIT /relatedObject/0/id'],
    ],
  ])('%s', (_name, over: Partial<Body<'MilestoneEvent'>>, issues) => expect(found(milestone(over))).toEqual(issues));
});

describe('lists', () => {
  const reference = (over: Partial<Body<'ReferenceData'>>): CanonicalMessage => ({
    ...head,
    type: 'ReferenceData',
    listId: 'L',
    version: '2',
    kindCode: code('station', 'ReferenceKind'),
    completeIndicator: true,
    entry: [{ code: '1' }, { code: '2' }],
    ...over,
  });
  it.each([
    ['a whole list', {}, []],
    ['a code twice', { entry: [{ code: '1' }, { code: '1' }] }, ['DUPLICATE_KEY /entry/1/code']],
    [
      'changes to nothing',
      { completeIndicator: false, entry: [{ code: '1' }] },
      ['FIELD_MISSING /replacedVersion', 'FIELD_MISSING /entry/0/actionCode'],
    ],
    ['changes', { completeIndicator: false, replacedVersion: '1', entry: [{ code: '1', actionCode: code('end', 'ReferenceAction') }] }, []],
  ])('%s', (_name, over: Partial<Body<'ReferenceData'>>, issues) => expect(found(reference(over))).toEqual(issues));
  it('of fees name each fee once', () => {
    const fee = { id: 'F1', name: [{ text: '港务费', languageId: 'zh' }] };
    const schedule: CanonicalMessage = {
      ...head,
      type: 'FeeSchedule',
      id: 'L',
      version: '1',
      publisher: { name: 'A' },
      validityPeriod: { startDateTime: '2026-01-01' },
      fee: [fee, fee],
    };
    expect(found(schedule)).toEqual(['DUPLICATE_KEY /fee/1/id']);
  });
  it('of containers count what they list', () => {
    const tally: CanonicalMessage = {
      ...head,
      type: 'YardEntryTally',
      id: 'T1',
      yardLocation: office('CNLYG'),
      tallyDateTime: MORNING,
      equipmentQuantity: '2',
      usedTransportEquipment: [{ id: 'LBGU1000018' }],
    };
    expect(found(tally)).toEqual(['COUNT_MISMATCH /equipmentQuantity']);
  });
});
