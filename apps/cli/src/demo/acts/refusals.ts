import { setTimeout as pause } from 'node:timers/promises';
import { DemoFailure } from '../demo-failure.ts';
import { MISTAKES, messageWithFiveMistakes } from '../data/mistakes.ts';
import { mftMessage } from '../data/sea-manifest.ts';
import { madeFrom, type Day } from './day.ts';

/** One message with five mistakes: refused once, with all five. */
export async function fiveMistakes({ stage, programme, now, ids, input }: Day): Promise<void> {
  const local = stage.party('LSW');
  programme.act(3, 'A message with five mistakes', 'All are found at once; nothing of it travels on');
  const file = await input(
    '3-five-mistakes.xml',
    messageWithFiveMistakes({ messageId: `2300LYG000001_${now.getTime() + 3}`, bill: 'LBDEMO0003', now }),
  );
  const receipt = await programme.step('the gateway answers R1, R2 refused', async () => {
    local.tell({ do: 'send', messageId: ids.mistakes, file });
    return local.receipt(ids.mistakes, 'R2', 'refused');
  });
  const errors = receipt.issues.filter(({ severity }) => severity === 'error');
  for (const { code, what } of MISTAKES) {
    const found = errors.filter((error) => error.code === code);
    programme.check(`${what}: ${code}`, found.length === 1, found[0]?.pointer ?? 'not reported');
  }
  programme.check('no other error is reported', errors.length === MISTAKES.length, `${errors.length} errors`);
}

/** A stranger signs under the local window's name. */
export async function forgery({ stage, programme, now, ids, input }: Day): Promise<void> {
  const local = stage.party('LSW');
  programme.act(4, 'A forged signature', "A stranger sends a manifest under the local window's name and key id");
  const document = mftMessage({ messageId: `2300LYG000001_${now.getTime() + 4}`, bill: 'LBDEMO0004', containers: 2, now });
  const file = await input('4-forged.xml', document);
  await programme.step(
    'the gateway does not believe it: quarantined, kept as evidence, not answered',
    async () => {
      local.tell({ do: 'forge', messageId: ids.forged, file });
      for (let tries = 0; tries < 300; tries += 1) {
        const found = (await stage.gateway.quarantine()).find(({ claimedMessageId }) => claimedMessageId === ids.forged);
        if (found) return found;
        await pause(100);
      }
      throw new DemoFailure('The forged message was not quarantined.');
    },
    ({ code }) => code,
  );
  programme.check('nobody gave it a receipt', local.receipts(ids.forged, 'R1').length === 0);
}

/** The same octets twice: one effect, one receipt. */
export async function sameTwice({ stage, programme, ids }: Day): Promise<void> {
  const [local, national] = [stage.party('LSW'), stage.party('NSW')];
  programme.act(5, 'The same message twice', 'The local window did not hear the answer and sends the sea manifest again');
  const before = local.receipts(ids.sea, 'R1').length;
  await programme.step('it is answered with the stored receipt', async () => {
    local.tell({ do: 'repeat', messageId: ids.sea });
    await local.until(() => local.receipts(ids.sea, 'R1').length > before, 'LSW gets the receipt again');
  });
  const digests = new Set(local.receipts(ids.sea, 'R1').map(({ jwsDigest }) => jwsDigest));
  programme.check('byte for byte the same receipt', digests.size === 1, `SHA-256 ${[...digests].join(' ≠ ').slice(0, 24)}…`);
  const copies = national.lines.filter((line) => line.event === 'delivered' && madeFrom('LSW', ids.sea)(line)).length;
  programme.check('the national window got the manifest once', copies === 1);
}
