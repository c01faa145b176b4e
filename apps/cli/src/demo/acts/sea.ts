import { CONTAINERS, mftMessage } from '../data/sea-manifest.ts';
import { documentIn } from '../verify/lbm-file.ts';
import { awaitArrived, kilobytes, madeFrom, type Day } from './day.ts';

/** A ship is announced: local window → national window, and the release comes back. */
export async function seaManifest({ stage, programme, now, ids, input }: Day): Promise<void> {
  const [local, national] = [stage.party('LSW'), stage.party('NSW')];
  programme.act(
    1,
    'A ship is announced',
    `Sea manifest MT1101, ${CONTAINERS} containers on one bill, in the provincial wrapper MFTMessage`,
  );
  const document = mftMessage({ messageId: `2300LYG000001_${now.getTime()}`, bill: 'LBDEMO0001', containers: CONTAINERS, now });
  const file = await input('1-sea-manifest.xml', document);
  await programme.step(
    'local window sends it, signed; the gateway keeps it and answers R1 stored, R2 valid',
    async () => {
      local.tell({ do: 'send', messageId: ids.sea, file });
      return local.receipt(ids.sea, 'R2', 'valid');
    },
    () => kilobytes(document.length),
  );
  await programme.step(
    'national window gets it as DxpMsg with MT1101',
    async () => {
      const [line] = await national.deliveries(1, madeFrom('LSW', ids.sea), 'NSW gets the manifest');
      return containersIn(documentIn(await national.read(line!)));
    },
    (count) => `${count} containers`,
  );
  await programme.step('it answers the envelope with DxpRep, which reaches the local window as canonical JSON', () =>
    awaitArrived(local, 'Acknowledgement', 1, ({ kind }) => kind === 'transport'),
  );
  await programme.step('customs accepts: manifest response 01 and R3 accepted reach the local window', async () => {
    await awaitArrived(local, 'ManifestResponse', 1, ({ status }) => status?.code.value === '01');
    return local.receipt(ids.sea, 'R3', 'accepted');
  });
  await programme.step(
    'customs releases the bill: response 11, clearance status and R3 released reach the local window',
    async () => {
      await awaitArrived(local, 'ManifestResponse', 1, ({ status }) => status?.code.value === '11');
      await local.receipt(ids.sea, 'R3', 'released');
      const [status] = await awaitArrived(
        local,
        'ClearanceStatus',
        1,
        ({ statusCode, transportContractDocument }) => statusCode.value === '08' && transportContractDocument !== undefined,
      );
      return status!;
    },
    ({ transportContractDocument, statusCode }) => `bill ${transportContractDocument?.id}: ${statusCode.listId} ${statusCode.value}`,
  );
}

/** Containers declared in the manifest inside an envelope, counted without any code of the gateway. */
export function containersIn(envelope: Buffer): number {
  const data = /<Data>([A-Za-z0-9+/=\s]+)<\/Data>/.exec(envelope.toString('utf8'))?.[1] ?? '';
  return Buffer.from(data, 'base64').toString('utf8').split('<TransportEquipment>').length - 1;
}
