import { countPurge, PostgresExchangeStore, PostgresMessageView, purgeDocuments } from '#adapters';
import { EvidenceDesk, gatherEvidence, Scope, type Actor, type EvidenceSources } from '#exchange';
import { decodeFrame, encodeFrame, partDigests, receiptIn, verifyEvidence, type TrustAnchors } from '#trust';
import { AT, evidenceWorld } from '../support/evidence-world.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { batch, inboxRow, outboxRow, receiptRow } from '../support/store-rows.ts';

/** The story of evidence-world.ts as the gateway keeps it: received, translated, sent, receipted, all in the database. */
describe('evidence out of the database', () => {
  const world = evidenceWorld();
  const { source, subject } = world;
  let database: TestDatabase;
  let store: PostgresExchangeStore;
  let sources: EvidenceSources;

  beforeEach(async () => {
    database = await testDatabase();
    store = new PostgresExchangeStore(database.dataSource);
    const packed = world.pack().messages;
    const receipts = packed.flatMap((message) => message.receipts);
    sources = {
      gateway: 'LBG',
      view: new PostgresMessageView(database.dataSource, {
        partnerOf: (link) => link.toUpperCase(),
        linksOf: (partner) => [partner.toLowerCase()],
      }),
      // The log has its own tests; here it is the one of the world.
      log: {
        proofOf: (kind, id) =>
          Promise.resolve(
            kind === 'message'
              ? packed.find(({ role }) => role === (id === subject.manifest.messageId ? 'subject' : 'source'))?.proof
              : receipts.find(({ jws }) => receiptIn(jws)?.receiptId === id)?.proof,
          ),
      },
      keysOf: (party) => Promise.resolve([world.hrg, world.lbg, world.keg].find((holder) => holder.party === party)?.documents ?? []),
    };
    await store.commit(
      batch({
        inbox: [inboxRow({ sender: 'HRG', messageId: source.manifest.messageId, link: 'hrg', frame: source.frame, receivedAt: AT })],
        outbox: [
          outboxRow({
            messageId: subject.manifest.messageId,
            link: 'keg',
            frame: subject.frame,
            translation: world.translation,
            source: { sender: 'HRG', messageId: source.manifest.messageId },
            expectation: {
              messageId: subject.manifest.messageId,
              from: 'LBG',
              to: 'KEG',
              jwsDigest: subject.jwsDigest,
              manifestDigest: subject.manifestDigest,
              parts: partDigests(subject.manifest),
            },
            createdAt: AT,
          }),
        ],
        receipts: receipts.map(({ jws }) => {
          const receipt = receiptIn(jws)!;
          const { messageId, from } = receipt.about;
          return receiptRow({ receiptId: receipt.receiptId, aboutMessageId: messageId, aboutSender: from, jws });
        }),
      }),
    );
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  const gather = (id: string) => gatherEvidence(Scope.everything, id, sources);
  const settle = () => database.dataSource.query(`UPDATE delivery SET state = 'valid'`);
  const purge = (days: number) => {
    const now = new Date(AT.getTime() + 400 * 86_400_000);
    return purgeDocuments(database.dataSource, {
      before: new Date(now.getTime() - days * 86_400_000),
      now,
      actor: 'cli:operator',
      reason: 'retention',
    });
  };

  it('proves a message sent: its source, the statement, receipts, log and keys; the same file every time', async () => {
    const pack = await gather(subject.manifest.messageId);
    expect((await gather(subject.manifest.messageId)).equals(pack)).toBe(true);
    const verdict = verifyEvidence(pack, world.anchors);
    expect([verdict.outcome, verdict.findings]).toEqual(['intact', []]);
    expect(verdict.pack?.messages.map(({ role }) => role)).toEqual(['subject', 'source']);
    expect(verdict.translations).toHaveLength(1);

    // The gateway judges by the keys that it knows itself: one it does not know makes the pack worth nothing to it.
    const judged = async (known: TrustAnchors) => {
      const records = () => Object.entries(known).flatMap(([party, kids]) => kids.map((kid) => ({ party, kid })));
      const rest = { ring: { directory: { records } }, audit: { append: () => Promise.resolve() }, clock: { now: () => AT } };
      const desk = new EvidenceDesk({ ...sources, ...rest } as never);
      return (await desk.judge({ scope: Scope.everything } as Actor, subject.manifest.messageId)).outcome;
    };
    expect([await judged(world.anchors), await judged({ ...world.anchors, KEG: [] })]).toEqual(['intact', 'key']);
  });

  it('proves a message received together with what was made of it', async () => {
    const verdict = verifyEvidence(await gather(source.manifest.messageId), world.anchors);
    expect([verdict.outcome, verdict.pack?.messages.map(({ role }) => role)]).toEqual(['intact', ['subject', 'made']]);
    expect(verdict.translations).toHaveLength(1);
  });

  it('purges documents of what is settled and old, and nothing else; the evidence still verifies', async () => {
    expect(await purge(30)).toEqual({ received: 0, sent: 0 });
    await settle();
    expect(await purge(500)).toEqual({ received: 0, sent: 0 });
    const before = new Date(AT.getTime() + 1);
    const octets = (frame: Buffer) => frame.length - encodeFrame({ jws: subject.jws, parts: [] }).length;
    expect((await countPurge(database.dataSource, before)).sent).toEqual({ messages: 1, octets: octets(subject.frame) });
    expect(await purge(30)).toEqual({ received: 1, sent: 1 });
    expect(await purge(30)).toEqual({ received: 0, sent: 0 });

    const [kept] = await sources.view.detail(Scope.everything, subject.manifest.messageId);
    const frame = decodeFrame(kept!.frame);
    expect(frame.ok && [frame.jws.equals(subject.jws), frame.parts]).toEqual([true, []]);
    expect(kept!.events.at(-1)).toMatchObject({ kind: 'purge', actor: 'cli:operator', cause: 'retention' });
    for (const id of [subject.manifest.messageId, source.manifest.messageId])
      expect(verifyEvidence(await gather(id), world.anchors).outcome).toBe('purged');
  });

  it('is no more than the scope allows, and nothing for an id nobody knows', async () => {
    const narrow = await gatherEvidence(Scope.of(['KEG'], { linkTo: () => ({ id: 'keg' }) }), subject.manifest.messageId, sources);
    expect(verifyEvidence(narrow, world.anchors).pack?.messages.map(({ role }) => role)).toEqual(['subject']);
    await expect(gather('019cebaf-0000-7c3e-9d42-5b1f0a6e7b01')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
