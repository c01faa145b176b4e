/**
 * Content checks on canonical messages: what a schema cannot say. Pointers are JSON pointers. A clean message costs one
 * walk over the members that have a check.
 */
import { MESSAGE_TYPES, type CanonicalMessage, type CanonicalOf, type Issue, type MessageType } from '#model';
import { checkContainerFacts } from './container-facts.ts';
import { checkGoods, checkUnique, equipmentIds } from './consistency.ts';
import {
  checkAgainstEnvelope,
  checkBoardingAnswer,
  checkEnvelope,
  checkEnvelopeAnswer,
  checkExamination,
  checkFees,
  checkMilestone,
  checkReference,
  checkSealed,
  checkYardEntry,
} from './corridor.ts';
import { checkAttachedFiles, type NamedFile, type ReceivedFile } from './attached-files.ts';
import { checkDeclaration } from './declaration.ts';
import { Findings } from './findings.ts';
import { compileWalk, type Walk } from './walk.ts';

const walks = new Map<MessageType, Walk | undefined>();

/** Worked out when a message of the type first comes: a process sees few of all types. */
function walkOf(type: MessageType): Walk | undefined {
  if (!walks.has(type)) walks.set(type, compileWalk(MESSAGE_TYPES[type]));
  return walks.get(type);
}

type Check<T extends MessageType> = (message: CanonicalOf<T>, findings: Findings) => void;

/** Checks across the values of one message type. A new one is a row. */
const ACROSS: { readonly [T in MessageType]?: Check<T> } = {
  Manifest: checkBills,
  ArrivalReport: checkBills,
  TallyReport: checkBills,
  DiversionApplication: checkBills,
  CargoChangeApplication: checkChanges,
  EmptyContainerMovement: checkBills,
  ContainerPackingList: checkPacking,
  RailConsignmentNote: checkNote,
  TrainConsist: checkTrain,
  GoodsDeclaration: checkDeclaration,
  DeliveryOrder: checkSealed,
  EquipmentInterchangeReceipt: checkSealed,
  YardEntryTally: checkYardEntry,
  CustomsEnvelope: checkEnvelope,
  CustomsEnvelopeReceipt: checkEnvelopeAnswer,
  CustomsEnvelopeCloseOut: checkEnvelopeAnswer,
  ExaminationOrder: checkSealed,
  ExaminationReport: checkExamination,
  JointBoardingPlanResponse: checkBoardingAnswer,
  MilestoneEvent: checkMilestone,
  FeeSchedule: checkFees,
  ReferenceData: checkReference,
};

/** What is wrong with a receipt or close-out beside the customs envelope it answers, as JSON pointers into the answer. */
export function checkEnvelopeClosed(
  envelope: CanonicalOf<'CustomsEnvelope'>,
  answer: CanonicalOf<'CustomsEnvelopeReceipt'> | CanonicalOf<'CustomsEnvelopeCloseOut'>,
): Issue[] {
  const findings = new Findings();
  checkAgainstEnvelope(envelope, answer, findings);
  return findings.issues;
}

/** Members that name files: of declarations, and of customs envelopes. */
interface NamesFiles {
  readonly attachedFile?: readonly NamedFile[] | undefined;
  readonly attachedDocument?: readonly NamedFile[] | undefined;
}

/**
 * What is wrong with the files a message names, as JSON pointers into it. `received` undefined: the files go another way, and
 * only those whose content stands in the message are looked at.
 */
export function checkFiles(message: CanonicalMessage | NamesFiles, received: readonly ReceivedFile[] | undefined): Issue[] {
  const findings = new Findings();
  const { attachedFile, attachedDocument } = message as NamesFiles;
  if (attachedFile) checkAttachedFiles('attachedFile', attachedFile, received, findings);
  // Documents of other messages are numbers on paper; those of an envelope are files with a digest.
  if (attachedDocument && !('type' in message && message.type !== 'CustomsEnvelope'))
    checkAttachedFiles('attachedDocument', attachedDocument, received, findings);
  return findings.issues;
}

/** All findings about the content of a message. Never throws for a message of the model. */
export function checkMessage(message: CanonicalMessage): Issue[] {
  const findings = new Findings();
  walkOf(message.type)?.(message, findings);
  (ACROSS[message.type] as Check<typeof message.type> | undefined)?.(message as never, findings);
  return findings.issues;
}

function checkBills(
  { consignment = [], usedTransportEquipment }: Pick<CanonicalOf<'Manifest'>, 'consignment' | 'usedTransportEquipment'>,
  findings: Findings,
): void {
  const ofWhole = usedTransportEquipment && equipmentIds(usedTransportEquipment);
  if (usedTransportEquipment) checkUnique(usedTransportEquipment, ({ id }) => id, findings, 'usedTransportEquipment', 'id');
  checkUnique(consignment, billKey, findings, 'consignment', 'transportContractDocument', 'id');
  findings.enter('consignment');
  for (let i = 0; i < consignment.length; i++) {
    const bill = consignment[i];
    if (!bill) continue;
    findings.enter(i);
    checkGoods(bill, findings, ofWhole);
    findings.leave();
  }
  findings.leave();
  checkContainerFacts({ consignment, usedTransportEquipment }, findings);
}

/** A bill is changed once, and what it becomes adds up. */
function checkChanges(message: CanonicalOf<'CargoChangeApplication'>, findings: Findings): void {
  checkBills(message, findings);
  for (const [i, { changedConsignment }] of (message.consignment ?? []).entries())
    if (changedConsignment) below(findings, ['consignment', i, 'changedConsignment'], () => checkGoods(changedConsignment, findings));
}

/** A container is packed once, and each bill stands in it once. */
function checkPacking({ usedTransportEquipment = [] }: CanonicalOf<'ContainerPackingList'>, findings: Findings): void {
  checkUnique(usedTransportEquipment, ({ id }) => id, findings, 'usedTransportEquipment', 'id');
  for (const [i, { consignment }] of usedTransportEquipment.entries())
    if (consignment) below(findings, ['usedTransportEquipment', i], () => checkBills({ consignment }, findings));
}

function below(findings: Findings, steps: readonly (string | number)[], check: () => void): void {
  steps.forEach((step) => findings.enter(step));
  check();
  steps.forEach(() => findings.leave());
}

type Bill = NonNullable<CanonicalOf<'Manifest'>['consignment']>[number];

/** Master and house bill together; one that is absent differs from one that is empty. */
function billKey({ transportContractDocument, associatedDocument }: Bill): string | undefined {
  const master = transportContractDocument?.id;
  return master === undefined ? undefined : `${master}\n${associatedDocument?.id ?? '\n'}`;
}

function checkNote(note: CanonicalOf<'RailConsignmentNote'>, findings: Findings): void {
  checkGoods(note, findings);
}

function checkTrain({ wagon, consignmentNote, manifestBill = [] }: CanonicalOf<'TrainConsist'>, findings: Findings): void {
  const inTrain = equipmentIds(wagon);
  checkUnique(wagon, ({ id }) => id, findings, 'wagon', 'id');
  checkUnique(
    consignmentNote,
    ({ transportContractDocument }) => transportContractDocument.id,
    findings,
    'consignmentNote',
    'transportContractDocument',
    'id',
  );
  findings.enter('consignmentNote');
  for (let i = 0; i < consignmentNote.length; i++) {
    const note = consignmentNote[i];
    if (!note) continue;
    findings.enter(i);
    checkGoods(note, findings, inTrain);
    checkCarriers(note.usedTransportEquipment ?? [], inTrain, findings);
    findings.leave();
  }
  findings.leave();
  checkMerging(manifestBill, new Set(consignmentNote.map(({ transportContractDocument }) => transportContractDocument.id)), findings);
}

/** A container stands on a wagon of the train. */
function checkCarriers(equipment: CanonicalOf<'TrainConsist'>['wagon'], inTrain: ReadonlySet<string>, findings: Findings): void {
  for (let i = 0; i < equipment.length; i++) {
    const wagon = equipment[i]?.carryingWagonId;
    if (wagon !== undefined && !inTrain.has(wagon))
      findings.report('LINK_UNDECLARED', undefined, 'usedTransportEquipment', i, 'carryingWagonId');
  }
}

/** A bill is made of notes of this train. A note belongs to one bill, or each of its bills names its part (分票), and no item twice. */
function checkMerging(
  bills: NonNullable<CanonicalOf<'TrainConsist'>['manifestBill']>,
  notes: ReadonlySet<string | undefined>,
  findings: Findings,
): void {
  const whole = new Map<string, boolean>();
  const items = new Set<string>();
  for (const [i, { consignmentNoteId, notePart = [] }] of bills.entries()) {
    for (const [j, note] of consignmentNoteId.entries()) {
      const at = notePart.findIndex(({ id }) => id === note);
      if (!notes.has(note)) findings.report('LINK_UNDECLARED', undefined, 'manifestBill', i, 'consignmentNoteId', j);
      if (whole.get(note) === true || (whole.has(note) && at < 0))
        findings.report('DUPLICATE_KEY', undefined, 'manifestBill', i, 'consignmentNoteId', j);
      whole.set(note, at < 0);
      for (const [k, item] of (notePart[at]?.itemSequenceNumber ?? []).entries()) {
        const key = `${note}\n${item}`;
        if (items.has(key)) findings.report('DUPLICATE_KEY', undefined, 'manifestBill', i, 'notePart', at, 'itemSequenceNumber', k);
        items.add(key);
      }
    }
  }
}
