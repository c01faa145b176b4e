/** Signing with a key that is somewhere else: it takes time, it fails, it lies; what comes out is genuine or nothing. */
import { remoteSignerContract } from '../../../test/contract/remote-signer.contract.ts';
import { SlowSigner } from '../../../test/support/slow-signer.ts';
import { fields, FROM, NOW, PARTS, trustWorld } from '../../../test/support/trust-world.ts';
import { directoryKey } from './key-directory.ts';
import { sealMessage, verifyMessage } from './message.ts';
import { newMessageId } from './message-id.ts';
import { sealReceipt } from './receipt.ts';
import { generateKey, LocalSigner } from './signer.ts';
import { signedBy } from './signing.ts';

describe.each(['ES256', 'Ed25519'] as const)('the slow signer of the tests (%s)', (alg) => {
  remoteSignerContract(() => {
    const signer = new SlowSigner(alg);
    return { signer, down: () => (signer.failing = Infinity), up: () => (signer.failing = 0) };
  });
});

describe.each(['ES256', 'Ed25519'] as const)('signed by a key that is not here (%s)', (alg) => {
  const world = trustWorld();
  const remote = new SlowSigner(alg);
  world.publish('LSW', 2, [directoryKey(world.lsw.jwk, { from: FROM }), directoryKey(remote.jwk, { from: FROM })]);
  const seal = (drop?: (made: unknown) => void) => signedBy(remote, (signer) => sealMessage(fields(), PARTS, signer, NOW), drop);
  beforeEach(() => Object.assign(remote, { failing: 0, liar: undefined, asked: 0 }));

  test('a message verifies like any other, and says which key', async () => {
    const { frame } = await seal();
    expect(verifyMessage(frame, world.directory, world.expected)).toMatchObject({ ok: true, kid: remote.kid });
    expect(remote.asked).toBe(1);
  });

  test('what signs over what was signed is whole too, all of one kind asked for at once', async () => {
    const both = await signedBy(remote, (signer) => {
      const message = sealMessage(fields(), PARTS, signer, NOW);
      const receipt = sealReceipt(message, { levels: ['R1'], status: 'stored', issuedAt: NOW, receiptId: newId }, signer);
      return { message, receipt };
    });
    expect(remote.asked).toBeGreaterThanOrEqual(2);
    expect(both.receipt.receipt.about.jwsDigest).toBe(both.message.jwsDigest);
  });
  const newId = newMessageId(NOW);

  test('when it fails nothing comes out, and what was begun is dropped', async () => {
    remote.failing = 1;
    const dropped: unknown[] = [];
    await expect(seal((made) => dropped.push(made))).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
    expect(dropped).toHaveLength(1);
    expect(verifyMessage((dropped[0] as { frame: Buffer }).frame, world.directory, world.expected).ok).toBe(false);
  });

  test('a signature of another key, of another length, or over other octets is none', async () => {
    remote.liar = new LocalSigner(generateKey(alg));
    await expect(seal()).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
    remote.liar = { sign: () => Buffer.alloc(71, 1) } as unknown as LocalSigner;
    await expect(seal()).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
  });

  test('what is another each time it is made is a fault of the program, not an endless loop', async () => {
    let n = 0;
    await expect(signedBy(remote, (signer) => signer.sign(Buffer.from(`${(n += 1)}`)))).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('a key in memory signs at once and is asked once', async () => {
    let made = 0;
    const { frame } = await signedBy(world.lsw, (signer) => {
      made += 1;
      return sealMessage(fields(), PARTS, signer, NOW);
    });
    expect([made, verifyMessage(frame, world.directory, world.expected).ok]).toEqual([1, true]);
  });
});
