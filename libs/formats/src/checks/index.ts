/**
 * Content checks on canonical messages: what a schema cannot say. Pointers are JSON pointers. A clean message costs one
 * walk over the members that have a check.
 */
import { MESSAGE_TYPES, type CanonicalMessage, type CanonicalOf, type Issue, type MessageType } from '#model';
import { checkGoods, checkUnique, equipmentIds } from './consistency.ts';
import { Findings } from './findings.ts';
import { compileWalk, type Walk } from './walk.ts';

const WALKS = new Map<string, Walk | undefined>(Object.entries(MESSAGE_TYPES).map(([type, schema]) => [type, compileWalk(schema)]));

type Check<T extends MessageType> = (message: CanonicalOf<T>, findings: Findings) => void;

/** Checks across the values of one message type. A new one is a row. */
const ACROSS: { readonly [T in MessageType]?: Check<T> } = {
  Manifest: checkBills,
  ArrivalReport: checkBills,
  RailConsignmentNote: checkNote,
  TrainConsist: checkTrain,
};

/** All findings about the content of a message. Never throws for a message of the model. */
export function checkMessage(message: CanonicalMessage): Issue[] {
  const findings = new Findings();
  WALKS.get(message.type)?.(message, findings);
  (ACROSS[message.type] as Check<typeof message.type> | undefined)?.(message as never, findings);
  return findings.issues;
}

function checkBills({ consignment = [] }: Pick<CanonicalOf<'Manifest'>, 'consignment'>, findings: Findings): void {
  checkUnique(consignment, billKey, findings, 'consignment', 'transportContractDocument', 'id');
  findings.enter('consignment');
  for (let i = 0; i < consignment.length; i++) {
    const bill = consignment[i];
    if (!bill) continue;
    findings.enter(i);
    checkGoods(bill, findings);
    findings.leave();
  }
  findings.leave();
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

/** A bill merges notes of this train, and a note belongs to one bill. */
function checkMerging(
  bills: NonNullable<CanonicalOf<'TrainConsist'>['manifestBill']>,
  notes: ReadonlySet<string | undefined>,
  findings: Findings,
): void {
  const taken = new Set<string>();
  for (const [i, bill] of bills.entries()) {
    for (const [j, note] of bill.consignmentNoteId.entries()) {
      if (!notes.has(note)) findings.report('LINK_UNDECLARED', undefined, 'manifestBill', i, 'consignmentNoteId', j);
      if (taken.has(note)) findings.report('DUPLICATE_KEY', undefined, 'manifestBill', i, 'consignmentNoteId', j);
      taken.add(note);
    }
  }
}
