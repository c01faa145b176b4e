import { createHash } from 'node:crypto';
import type { Acknowledgement, FormatChoice, RailConsignmentNote } from '#model';
import { MODEL_VERSION } from '#model';
import type { Conduct, Desk, ReceivedMessage } from '../conduct.ts';
import { transferList } from './transfer-list.ts';

const CONTRL: FormatChoice = { mapping: 'un-service/CONTRL', parameters: {} };
const APERAK: FormatChoice = { mapping: 'un-d96b/APERAK', parameters: {} };
const TRANSFER_LIST: FormatChoice = { mapping: 'kz-rail/wagon-transfer-list', parameters: {} };

/**
 * Khorgos–East Gate: answers each SMGS note by CONTRL and APERAK and accepts it; when the train stands in the yard and every
 * wagon of it is covered by a note, the boxes go over to 1520 mm wagons and one transfer list says which went where.
 */
export const khorgosTerminal: Conduct = async (received, desk) => {
  const note = noteOf(received);
  if (!note) return desk.decide('accepted');
  const now = desk.now();
  await desk.answer('syntax', syntaxAnswer(note, now), CONTRL);
  const answer = await desk.answer('application', applicationAnswer(note, now), APERAK);
  await desk.decide('accepted', answer);
  await transship(note, desk);
};

/** Every note asks; the first to find the train complete speaks for all, under an id that all of them would choose. */
async function transship(note: RailConsignmentNote, desk: Desk): Promise<void> {
  const [wagon] = wagonsOf(note);
  if (wagon === undefined) return;
  const train = await desk.trainWith(wagon);
  const notes = (await desk.conversation()).flatMap((received) => noteOf(received) ?? []);
  const covered = new Set(notes.flatMap(wagonsOf));
  if (!train.wagonId.every((id) => covered.has(id))) return;
  await desk.announce(`transfer/${train.trainIndex ?? train.id}`, transferList(train, notes, desk.now()), TRANSFER_LIST);
}

const noteOf = ({ document: { message } }: ReceivedMessage): RailConsignmentNote | undefined =>
  message.type === 'RailConsignmentNote' ? message : undefined;

const wagonsOf = (note: RailConsignmentNote): string[] =>
  (note.usedTransportEquipment ?? []).filter(({ categoryCode }) => categoryCode?.value === 'RR').map(({ id }) => id);

/** EDIFACT control references have 14 characters at most. */
const reference = (...about: readonly string[]): string =>
  createHash('sha256').update(about.join('\n')).digest('hex').slice(0, 14).toUpperCase();

function head(note: RailConsignmentNote, type: string, now: Date): Acknowledgement['header'] {
  const { messageId, senderId, recipientId } = note.header;
  return {
    messageId: reference(type, senderId ?? '', messageId),
    typeCode: { value: type, listId: 'UN-0065' },
    functionCode: { value: '9', listId: 'UN-1225' },
    ...(recipientId === undefined ? {} : { senderId: recipientId }),
    ...(senderId === undefined ? {} : { recipientId: senderId }),
    issueDateTime: now.toISOString(),
    refToMessageId: messageId,
  };
}

function syntaxAnswer(note: RailConsignmentNote, now: Date): Acknowledgement {
  const { messageId, senderId, recipientId, typeCode } = note.header;
  const acknowledged = { value: '7', listId: 'UN-0083' };
  return {
    model: MODEL_VERSION,
    type: 'Acknowledgement',
    kind: 'syntax',
    header: head(note, 'CONTRL', now),
    acknowledgedDocument: { id: messageId },
    ...(senderId === undefined ? {} : { originalSenderId: senderId }),
    ...(recipientId === undefined ? {} : { originalRecipientId: recipientId }),
    responseCode: acknowledged,
    acknowledgedMessage: [{ id: messageId, ...(typeCode ? { typeCode } : {}), responseCode: acknowledged }],
  };
}

function applicationAnswer(note: RailConsignmentNote, now: Date): Acknowledgement {
  return {
    model: MODEL_VERSION,
    type: 'Acknowledgement',
    kind: 'application',
    header: head(note, 'APERAK', now),
    acknowledgedDocument: { ...(note.transportContractDocument.id === undefined ? {} : { id: note.transportContractDocument.id }) },
    responseCode: { value: '29', listId: 'UN-1225' },
    noticeDateTime: now.toISOString(),
  };
}
