import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import {
  directoryKey,
  masterKey,
  nextKeyDocument,
  openKeyStatement,
  signKeyDocument,
  signKeyStatement,
  type KeyDirectory,
  type LocalSigner,
} from '#trust';
import { KeyFolder } from '../keys/key-folder.ts';
import { PartnerKeys } from './partner-keys.ts';

const NOW = new Date('2026-03-14T09:15:00.000Z');

describe("a partner's keys", () => {
  let place: string;
  let folder: KeyFolder;
  let keys: PartnerKeys;
  let gateway: LocalSigner;
  /** What the gateway knows. */
  let known: KeyDirectory;
  const open = () => PartnerKeys.open({ party: 'KEG', gateway: 'LBG', folder, now: () => NOW });

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'landbridge-partner-'));
    folder = await KeyFolder.open(place, masterKey(randomBytes(32)));
    gateway = await folder.generate('LBG', 'ES256', NOW);
    await folder.generate('KEG', 'Ed25519', NOW);
    keys = await open();
    known = await folder.directory();
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  const says = (what: { ask?: string; answer?: string } = {}) =>
    signKeyStatement({ from: 'LBG', to: 'KEG', ...what }, known, gateway, NOW).jws;
  const heard = (jws: Buffer) => openKeyStatement(jws, known, { from: 'KEG', to: 'LBG', now: NOW });

  it('rotates step by step, each update signed with the key that was good before, and is the same after a restart', async () => {
    const old = keys.signer.kid;
    const { kid, update } = await keys.publishNext('ES256');
    expect([known.importSigned(update.frame, NOW).ok, keys.accepted(kid), keys.signer.kid]).toEqual([true, false, old]);
    expect(await keys.take(says())).toEqual({ ok: true });
    expect(keys.accepted(kid)).toBe(true);
    expect(known.importSigned((await keys.change({ change: 'activate', kid })).frame, NOW).ok).toBe(true);
    expect(keys.signer.kid).toBe(kid);
    const { nonce, question } = keys.ask();
    expect(heard(question.frame)).toMatchObject({ ok: true, kid, statement: { ask: nonce } });
    expect(keys.answered(nonce)).toBe(false);
    await keys.take(says({ answer: nonce }));
    expect(keys.answered(nonce)).toBe(true);
    expect(known.importSigned((await keys.change({ change: 'retire', kid: old })).frame, NOW).ok).toBe(true);
    const again = await open();
    expect([again.signer.kid, again.inStatus('retired')]).toEqual([kid, [old]]);
  });

  it("follows the gateway's document, answers that it did, and answers again when the document comes twice", async () => {
    const next = await folder.make('Ed25519');
    const added = nextKeyDocument(
      'LBG',
      known.document('LBG'),
      { change: 'add', key: directoryKey(next.jwk, { from: NOW, status: 'published' }) },
      NOW,
    );
    const jws = signKeyDocument(added, gateway, NOW);
    for (let time = 0; time < 2; time += 1) {
      const taken = await keys.take(jws);
      const said = taken.ok && taken.answer ? heard(taken.answer.frame) : undefined;
      expect(said).toMatchObject({ ok: true, statement: { accepts: [gateway.kid, next.kid] } });
    }
    expect((await open()).directory.document('LBG')?.version).toBe(2);
  });

  it('believes nobody but the gateway', async () => {
    const stranger = await folder.make('ES256');
    const forged = signKeyStatement({ from: 'LBG', to: 'KEG' }, known, stranger, NOW).jws;
    expect(await keys.take(forged)).toMatchObject({ ok: false, reason: 'KEY_UNKNOWN' });
    expect(await keys.take(Buffer.from('чужое письмо'))).toMatchObject({ ok: false });
    expect(keys.accepted(keys.signer.kid)).toBe(false);
  });
});
