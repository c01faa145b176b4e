import fc from 'fast-check';
import {
  agrees,
  answerReconciliation,
  differencesOf,
  directoryKey,
  generateKey,
  KeyDirectory,
  LocalSigner,
  matchReconciliation,
  openReconciliation,
  openReconciliationAnswer,
  PROFILE,
  readReconciliation,
  reconciliationId,
  RECONCILIATION_BLOCK,
  sealReconciliation,
  sha256,
  sumUp,
  type CountedMessage,
  type HeldMessages,
} from './index.ts';

const now = new Date('2026-03-15T00:20:00Z');
const gateway = new LocalSigner(generateKey('Ed25519'));
const partner = new LocalSigner(generateKey('ES256'));
const directory = new KeyDirectory();
for (const [party, signer] of [
  ['LBG', gateway],
  ['KEG', partner],
] as const)
  directory.importTrusted({
    profile: PROFILE,
    party,
    version: 1,
    issued: now.toISOString(),
    keys: [directoryKey(signer.jwk, { from: new Date('2026-01-01T00:00:00Z') })],
  });

const message = (sequence: number, content = ''): CountedMessage => ({
  sequence,
  manifestDigest: sha256(Buffer.from(`${sequence} ${content}`)),
});
const upTo = (last: number): CountedMessage[] => Array.from({ length: last }, (_, i) => message(i + 1));
const without = (messages: readonly CountedMessage[], ...gone: number[]) => messages.filter(({ sequence }) => !gone.includes(sequence));

const stated = (sent: readonly CountedMessage[], received: readonly CountedMessage[] = [], day = '2026-03-14') =>
  sealReconciliation(
    {
      link: 'keg',
      from: 'LBG',
      to: 'KEG',
      day,
      sent: sumUp(sent, { after: 0, last: sent.at(-1)?.sequence ?? 0 }),
      received: sumUp(received, { after: 0, last: received.at(-1)?.sequence ?? 0 }),
    },
    gateway,
    now,
  );

function countersigned(jws: Buffer, held: HeldMessages) {
  const opened = openReconciliation(jws, directory, { now, from: 'LBG', to: 'KEG' });
  if (!opened.ok) throw new TypeError(opened.reason);
  const answer = openReconciliationAnswer(answerReconciliation(opened, held, partner, now), directory, { now, from: 'KEG', to: 'LBG' });
  if (!answer.ok) throw new TypeError(answer.reason);
  return answer.answer;
}

describe('daily reconciliation', () => {
  it('is agreed when both hold the same, however the journal is ordered and whatever else it holds', () => {
    const { statement, jws } = stated(upTo(2500), upTo(3));
    const answer = countersigned(jws, { sent: upTo(9), received: [...upTo(2600)].reverse() });
    expect(matchReconciliation(answer, statement, jws)).toEqual({ ok: true });
    expect([agrees(statement.sent, answer.received), agrees(statement.received, answer.sent)]).toEqual([true, true]);
    expect(answer.received).toMatchObject({ count: 2500, runs: [[1, 2500]], entries: [] });
    expect(differencesOf(upTo(2500), answer.received)).toEqual({ missingThere: [], missingHere: [], differing: [], unexplained: [] });
  });

  it('names every message that one side lacks or has otherwise', () => {
    const ours = without(upTo(2500), 77);
    const { statement, jws } = stated(ours);
    const theirs = [...without(upTo(2500), 5, 6, 7, 2000, 1300), message(1300, 'otherwise')];
    const { received } = countersigned(jws, { sent: [], received: theirs });
    expect(agrees(statement.sent, received)).toBe(false);
    expect(differencesOf(ours, received)).toEqual({
      missingThere: [
        [5, 7],
        [2000, 2000],
      ],
      missingHere: [[77, 77]],
      differing: [[1300, 1300]],
      unexplained: [],
    });
  });

  it('says so when the other leaves out what differs', () => {
    const { jws } = stated(upTo(2500));
    const { received } = countersigned(jws, { sent: [], received: [...without(upTo(2500), 1300), message(1300, 'otherwise')] });
    const { differing, unexplained } = differencesOf(upTo(2500), { ...received, entries: [] });
    expect({ differing, unexplained }).toEqual({ differing: [], unexplained: [[RECONCILIATION_BLOCK + 1, 2 * RECONCILIATION_BLOCK]] });
  });

  it('finds any message removed from either side, and nothing else', () => {
    const sets = fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 40 });
    fc.assert(
      fc.property(sets, sets, (goneHere, goneThere) => {
        const ours = without(upTo(300), ...goneHere);
        const side = sumUp(without(upTo(300), ...goneThere), { after: 0, last: 300 });
        const { missingHere, missingThere } = differencesOf(ours, side);
        const spread = (runs: readonly (readonly [number, number])[]) =>
          runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
        expect(spread(missingHere)).toEqual(
          without(
            goneHere.map((n) => message(n)),
            ...goneThere,
          )
            .map(({ sequence }) => sequence)
            .sort((a, b) => a - b),
        );
        expect(spread(missingThere)).toEqual(
          without(
            goneThere.map((n) => message(n)),
            ...goneHere,
          )
            .map(({ sequence }) => sequence)
            .sort((a, b) => a - b),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('has one id for a party, a link and a day', () => {
    expect(stated(upTo(1)).statement.id).toBe(reconciliationId('LBG', 'keg', '2026-03-14'));
    expect(new Set(['2026-03-14', '2026-03-15'].map((day) => reconciliationId('LBG', 'keg', day))).size).toBe(2);
    expect(readReconciliation(stated(upTo(1)).jws)?.sent.count).toBe(1);
  });

  it('takes no answer for another statement, day or link', () => {
    const { statement, jws } = stated(upTo(3));
    const other = stated(upTo(4));
    const answer = countersigned(jws, { sent: [], received: upTo(3) });
    expect(matchReconciliation(answer, other.statement, other.jws)).toMatchObject({ ok: false, reason: 'ANSWER_OTHER_QUESTION' });
    for (const wrong of [{ link: 'lsw' }, { day: '2026-03-13' }, { from: 'LSW' }, { received: { ...answer.received, last: 2 } }])
      expect(matchReconciliation({ ...answer, ...wrong }, statement, jws).ok).toBe(false);
    // The same range of the same day with another message in it: only the octets tell.
    const altered = stated([...upTo(2), message(3, 'otherwise')]);
    expect(altered.statement.id).toBe(statement.id);
    expect(matchReconciliation(answer, altered.statement, altered.jws)).toMatchObject({ ok: false, reason: 'ANSWER_OTHER_QUESTION' });
  });

  it('takes neither a statement nor an answer from anybody else, nor one for the other', () => {
    const { jws } = stated(upTo(3));
    expect(openReconciliation(jws, directory, { now, from: 'KEG', to: 'LBG' })).toMatchObject({ ok: false });
    expect(openReconciliation(jws, directory, { now, from: 'LBG', to: 'LSW' })).toMatchObject({ ok: false, reason: 'ADDRESSEE' });
    expect(openReconciliationAnswer(jws, directory, { now, from: 'LBG', to: 'KEG' })).toMatchObject({ ok: false, reason: 'TYPE_WRONG' });
    const forged = Buffer.from(jws);
    forged[forged.length - 3]! ^= 1;
    expect(openReconciliation(forged, directory, { now, from: 'LBG', to: 'KEG' }).ok).toBe(false);
  });

  it('refuses a range without the roots of its blocks, before anything is made of it', () => {
    const side = { ...sumUp([], { after: 0, last: 0 }), last: Number.MAX_SAFE_INTEGER };
    const seal = () =>
      sealReconciliation({ link: 'keg', from: 'LBG', to: 'KEG', day: '2026-03-14', sent: side, received: side }, gateway, now);
    expect(seal).toThrow('The reconciliation cannot be built.');
  });
});
