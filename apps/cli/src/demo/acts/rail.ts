import { setTimeout as pause } from 'node:timers/promises';
import { DemoFailure } from '../demo-failure.ts';
import { BILLS, NOTES, trainConsist, WAGONS } from '../data/train.ts';
import { documentIn } from '../verify/lbm-file.ts';
import { awaitArrived, kilobytes, madeFrom, type Day } from './day.ts';

/** A train leaves while Khorgos is cut off: the station gets its manifest, the notes wait. */
export async function trainLeaves({ stage, programme, now, ids, input }: Day): Promise<void> {
  const [local, horgos, khorgos] = [stage.party('LSW'), stage.party('HRG'), stage.party('KEG')];
  programme.act(
    2,
    'A train leaves, and Khorgos is cut off',
    `${WAGONS} wagons under ${NOTES} SMGS notes, some merged into one manifest bill, one in Kazakh`,
  );
  const document = Buffer.from(JSON.stringify(trainConsist(`LYG-X8047-${now.getTime()}`, now), null, 1));
  const file = await input('2-train.json', document);
  await programme.step('Khorgos loses its power (kill -9)', () => khorgos.kill9());
  await programme.step(
    'local window sends the train, signed; the gateway answers R1 stored, R2 valid',
    async () => {
      local.tell({ do: 'send', messageId: ids.train, file });
      return local.receipt(ids.train, 'R2', 'valid');
    },
    () => kilobytes(document.length),
  );
  await programme.step(
    'Horgos station gets the rail manifest',
    async () => {
      const [line] = await horgos.deliveries(1, madeFrom('LSW', ids.train), 'HRG gets the manifest');
      const bills =
        documentIn(await horgos.read(line!))
          .toString('utf8')
          .split('<Consignment>').length - 1;
      if (bills !== BILLS) throw new DemoFailure(`The manifest has ${bills} bills instead of ${BILLS}.`);
      return bills;
    },
    (bills) => `${bills} bills for ${NOTES} notes`,
  );
  await programme.step('Horgos accepts: response 01 and R3 accepted reach the local window', async () => {
    await awaitArrived(
      local,
      'ManifestResponse',
      1,
      ({ header, status }) => header.typeCode?.value === 'MT1301' && status?.code.value === '01',
    );
    return local.receipt(ids.train, 'R3', 'accepted');
  });
  await programme.step('all notes for Khorgos wait at the gateway, none is lost', async () => {
    for (let tries = 0; (await stage.gateway.outbound(stage.link('KEG').id)).length !== NOTES; tries += 1) {
      if (tries === 300) throw new DemoFailure(`Not ${NOTES} notes wait.`);
      await pause(100);
    }
  });
}
