import type { Acknowledgement, FormatChoice } from '#model';
import { MODEL_VERSION } from '#model';
import type { Conduct, ReceivedMessage } from '../conduct.ts';
import { ACCEPTED, BILL_RELEASED, manifestResponse } from './manifest-answers.ts';

const DXP_REP: FormatChoice = { mapping: 'cn-dxp/DxpRep', parameters: {} };

/**
 * The national single window: tells at once by `DxpRep` that the envelope came, then answers for customs with 01 accepted,
 * and, once that answer has arrived, releases the bills.
 */
export const nationalSingleWindow: Conduct = async (received, desk) => {
  const { message } = received.document;
  if (received.decoded.envelope) await desk.answer('envelope', envelopeAnswer(received, desk.now()), DXP_REP);
  if (message.type !== 'Manifest' && message.type !== 'ArrivalReport') return desk.decide('accepted');
  const choice = inItsEnvelope(received);
  const accepted = await desk.answer('accepted', manifestResponse(message, ACCEPTED, desk.now()), choice);
  await desk.decide('accepted', accepted);
  if (message.type !== 'Manifest') return;
  await desk.receiptOf(accepted);
  const released = await desk.answer('released', manifestResponse(message, BILL_RELEASED, desk.now()), choice);
  await desk.decide('released', released);
};

/** What came in an envelope is answered in one, with the ends exchanged. */
function inItsEnvelope({ decoded }: ReceivedMessage): FormatChoice {
  const mapping = 'cn-manifest/Response';
  if (!decoded.envelope) return { mapping, parameters: {} };
  const { SenderId = '', ReceiverId = '', MsgType = '' } = decoded.envelope.fields;
  return { mapping, envelope: decoded.envelope.mapping.id, parameters: { SenderId: ReceiverId, ReceiverId: SenderId, MsgType } };
}

/** Code 0 of the platform: taken in. */
function envelopeAnswer({ decoded }: ReceivedMessage, now: Date): Acknowledgement {
  const { CopMsgId = '', SenderId = '', ReceiverId = '', CreatTime = '', MsgType = '' } = decoded.envelope?.fields ?? {};
  return {
    model: MODEL_VERSION,
    type: 'Acknowledgement',
    kind: 'transport',
    header: {
      messageId: `DxpRep-${CopMsgId}`,
      typeCode: { value: 'DxpRep', listId: 'CN-DxpType' },
      functionCode: { value: '11', listId: 'UN-1225' },
      recipientId: SenderId,
    },
    responseCode: { value: '0', listId: 'CN-DxpResponse' },
    responseText: ['报文接收成功'],
    noticeDateTime: now.toISOString().slice(0, 10),
    acknowledgedDocument: {
      id: CopMsgId,
      ...(MsgType === '' ? {} : { typeCode: { value: MsgType, listId: 'CN-DxpMsgType' } }),
      ...(CreatTime === '' ? {} : { formattedIssueDateTime: CreatTime }),
    },
    originalSenderId: SenderId,
    originalRecipientId: ReceiverId,
  };
}
