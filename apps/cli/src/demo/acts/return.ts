import { DemoFailure } from '../demo-failure.ts';
import { KAZAKH_TEXT, NOTES, trainConsist, WAGONS } from '../data/train.ts';
import type { Delivered } from '../stage/journal-line.ts';
import type { PartyProcess } from '../stage/party-process.ts';
import { documentIn } from '../verify/lbm-file.ts';
import { awaitArrived, madeFrom, type Day } from './day.ts';

/** Notes Khorgos has taken when the gateway dies. */
const NOTES_BEFORE_THE_CRASH = 4;

/** Khorgos comes back, the gateway is killed in the middle of it, and everything still arrives. */
export async function khorgosReturns({ stage, programme, now, ids }: Day): Promise<void> {
  const [local, khorgos] = [stage.party('LSW'), stage.party('KEG')];
  const { mainCarriageTransportMovement: movement, wagon } = trainConsist('', now);
  const notes = madeFrom('LSW', ids.train);
  programme.act(6, 'Khorgos comes back', 'It went down without a word; what waited for it arrives now');
  await programme.step('the terminal starts again; the train stands in its yard', async () => {
    await khorgos.start();
    const { id = '', trainIndex } = movement;
    khorgos.tell({ do: 'arrive', train: { id, ...(trainIndex === undefined ? {} : { trainIndex }), wagonId: wagon.map((one) => one.id) } });
  });
  await programme.step(`the first ${NOTES_BEFORE_THE_CRASH} notes are there`, () =>
    khorgos.deliveries(NOTES_BEFORE_THE_CRASH, notes, 'KEG gets the first notes'),
  );

  programme.act(7, 'The gateway is killed in the middle', 'kill -9 while notes, receipts and answers are under way');
  await programme.step(
    'killed',
    () => stage.gateway.kill9(),
    () =>
      `Khorgos had ${khorgos.delivered(notes).length} of ${NOTES} notes and had brought ${settled(khorgos)} of its receipts and answers home`,
  );
  await programme.step('started again on the same data', () => stage.gateway.start());
  await programme.step('every note is at Khorgos, one IFTMIN each', async () => {
    const lines = await khorgos.deliveries(NOTES, notes, `KEG gets ${NOTES} notes`);
    const numbers = new Set(lines.flatMap(({ businessKeys }) => businessKeys.filter((key) => key.startsWith('note:'))));
    if (lines.length !== NOTES || numbers.size !== NOTES) throw new DemoFailure(`${lines.length} messages for ${numbers.size} notes.`);
  });
  await programme.step(
    'the Kazakh text arrived as it was written',
    async () => {
      if (!(await anyHolds(khorgos, khorgos.delivered(notes), KAZAKH_TEXT))) throw new DemoFailure('The text is not in any note.');
    },
    () => KAZAKH_TEXT,
  );
  await programme.step(`Khorgos accepts: ${NOTES} × CONTRL, APERAK and R3 accepted reach the local window`, async () => {
    await awaitArrived(local, 'Acknowledgement', NOTES, ({ kind }) => kind === 'syntax');
    await awaitArrived(local, 'Acknowledgement', NOTES, ({ kind }) => kind === 'application');
    // One of Horgos stands there already.
    await local.until(() => distinct(local, ids.train) >= NOTES + 1, `LSW gets ${NOTES} R3 of Khorgos`);
  });
  await programme.step(
    'the wagon transfer list with the change of gauge reaches the local window',
    async () => {
      const [list] = await awaitArrived(local, 'WagonTransferList', 1);
      const rows = list!.transferredWagon;
      const changed = rows.filter(
        ({ transshipmentRecord: record }) => record?.fromGaugeCode.value === '1435' && record.toGaugeCode.value === '1520',
      );
      if (changed.length !== WAGONS) throw new DemoFailure(`${changed.length} of ${WAGONS} wagons changed the gauge.`);
      return rows;
    },
    (rows) => `${rows.length} boxes from 1435 mm to 1520 mm wagons`,
  );
}

const settled = (party: PartyProcess): number => party.lines.filter(({ event }) => event === 'accepted').length;

const distinct = (party: PartyProcess, messageId: string): number =>
  new Set(party.receipts(messageId, 'R3').map(({ receiptId }) => receiptId)).size;

/** Whether an EDIFACT text stands in one of the messages, release characters undone. */
async function anyHolds(party: PartyProcess, lines: readonly Delivered[], text: string): Promise<boolean> {
  const documents = await Promise.all(lines.map(async (line) => documentIn(await party.read(line)).toString('utf8')));
  return documents.some((document) => document.replaceAll(/\?(.)/gs, '$1').includes(text));
}
