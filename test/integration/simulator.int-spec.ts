import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartnerEndpoint, PartnerFrameHandler, PartnerMessage, PartnerSendResult } from '#adapters';
import { readTranslationFiles } from '#config';
import { createTranslator, type Translator } from '#formats';
import { Link, MODEL_VERSION, type CanonicalMessage } from '#model';
import { openAnswer, sealQuery, sealReceipt, verifyReceipt, type SealedMessage } from '#trust';
import { Arrivals } from '../../apps/simulator/src/arrivals.ts';
import type { Conduct } from '../../apps/simulator/src/conduct.ts';
import { Journal, type JournalLine } from '../../apps/simulator/src/journal.ts';
import { KeptFiles } from '../../apps/simulator/src/kept-files.ts';
import { PartySimulator } from '../../apps/simulator/src/party-simulator.ts';
import { trainConsist } from '../../apps/cli/src/demo/data/train.ts';
import { NOW, trustWorld } from '../support/trust-world.ts';
import { waitFor } from '../support/wait-for.ts';

/** The gateway's side of the link, played by the test. */
class Wire implements PartnerEndpoint {
  readonly sent: PartnerMessage[] = [];
  handler: PartnerFrameHandler | undefined;
  constructor(readonly answer: () => PartnerSendResult) {}
  send(message: PartnerMessage): Promise<PartnerSendResult> {
    const result = this.answer();
    if (result.sent) this.sent.push(message);
    return Promise.resolve(result);
  }
  onFrame(handler: PartnerFrameHandler): void {
    this.handler = handler;
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  offer({ frame }: SealedMessage): Promise<void> {
    return this.handler!(frame, { kind: 'message', possibleDuplicate: false });
  }
}

const UP = (): PartnerSendResult => ({ sent: true });
const DOWN = (): PartnerSendResult => ({ sent: false, refused: false, code: 'LINK_UNREACHABLE' });

const thanks = (about: string): CanonicalMessage => ({
  model: MODEL_VERSION,
  type: 'Acknowledgement',
  kind: 'application',
  header: { messageId: `re-${about}`, functionCode: { value: '9', listId: 'UN-1225' } },
  acknowledgedDocument: { id: about },
});

describe('a simulated party', () => {
  const world = trustWorld();
  const document = (id: string) => ({
    name: 'document',
    mediaType: 'application/json',
    bytes: Buffer.from(JSON.stringify(trainConsist(id, NOW))),
  });
  const message = world.seal({}, [document('A')]);
  let translator: Translator;
  let folder: string;
  let answered: string[];
  const running: PartySimulator[] = [];

  beforeAll(() => (translator = createTranslator(readTranslationFiles())));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-party-'));
    answered = [];
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((party) => party.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const conduct: Conduct = async ({ document: { message: canonical } }, desk) => {
    answered.push(canonical.header.messageId);
    const answer = await desk.answer('thanks', thanks(canonical.header.messageId), { mapping: 'canonical/json', parameters: {} });
    await desk.decide('accepted', answer);
  };

  /** The party KEG on what lies in the folder; LSW plays the gateway. */
  async function start(wire: Wire, home = folder): Promise<PartySimulator> {
    const { journal, lines } = await Journal.open(join(home, 'journal.jsonl'), 'KEG', () => undefined);
    const party = new PartySimulator(
      {
        party: 'KEG',
        gateway: 'LSW',
        link: Link.parse({ id: 'keg', partner: 'KEG', transport: 'mailbox' }),
        signer: world.keg,
        directory: world.directory,
        keys: { take: () => Promise.resolve({ ok: true }) },
        translator,
        endpoint: wire,
        conduct,
        journal,
        files: await KeptFiles.open(home, lines.length),
        arrivals: await Arrivals.open(join(home, 'arrivals.jsonl')),
        now: () => NOW,
      },
      lines,
    );
    running.push(party);
    await party.start();
    return party;
  }

  const lines = async (home = folder) =>
    (await readFile(join(home, 'journal.jsonl'), 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as JournalLine);
  const receipt = (jws: Buffer) => {
    const opened = verifyReceipt(jws, world.directory, {
      now: NOW,
      messageId: message.manifest.messageId,
      from: 'LSW',
      to: 'KEG',
      jwsDigest: message.jwsDigest,
      parts: message.manifest.parts.map(({ name, digest }) => ({ name, algorithm: 'sha-256', digest })),
    });
    return opened.ok ? `${opened.receipt.levels.join(' ')} ${opened.receipt.status}` : opened.reason;
  };

  test('receipts, answers once, and repeats the stored receipt for the same message again', async () => {
    const wire = new Wire(UP);
    await start(wire);
    await wire.offer(message);
    await waitFor(() => wire.sent.length === 3);
    expect(wire.sent.map(({ kind, type }) => `${kind} ${type}`)).toEqual(['receipt receipt', 'message canonical/json', 'receipt receipt']);
    expect([wire.sent[0]!, wire.sent[2]!].map(({ frame }) => receipt(frame))).toEqual(['R1 R2 valid', 'R3 accepted']);
    await wire.offer(message);
    await waitFor(() => wire.sent.length === 4);
    expect(wire.sent[3]!.frame.equals(wire.sent[0]!.frame)).toBe(true);
    expect(wire.sent[3]!.possibleDuplicate).toBe(true);
    expect(answered).toEqual(['A']);
    expect((await lines()).flatMap((line) => (line.event === 'delivered' ? [line.repeated] : []))).toEqual([false, true]);
  });

  test('answers what it is asked: with every receipt it gave, or with a signed no; the same question with the same answer', async () => {
    const wire = new Wire(UP);
    await start(wire);
    const about = { messageId: message.manifest.messageId, manifestDigest: message.manifestDigest };
    const ask = (queryId: string, signer = world.lsw) => sealQuery({ queryId, from: 'LSW', to: 'KEG', about }, signer, NOW).jws;
    const offerQuery = (jws: Buffer) => wire.handler!(jws, { kind: 'query', possibleDuplicate: false });
    const answers = () =>
      wire.sent
        .filter(({ kind }) => kind === 'answer')
        .map(({ frame }) => {
          const opened = openAnswer(frame, world.directory, { now: NOW, from: 'KEG', to: 'LSW' });
          return opened.ok ? opened : undefined;
        });
    const before = ask('019ce000-0000-7000-8000-0000000000b1');
    await offerQuery(before);
    await waitFor(() => answers().length === 1);
    expect(answers()[0]?.answer.have).toBe(false);
    await wire.offer(message);
    await waitFor(() => wire.sent.length === 4);
    await offerQuery(before);
    await waitFor(() => answers().length === 2);
    expect(answers()[1]).toEqual(answers()[0]);
    await offerQuery(ask('019ce000-0000-7000-8000-0000000000b2'));
    await waitFor(() => answers().length === 3);
    expect(answers()[2]?.receipts.map(receipt)).toEqual(['R1 R2 valid', 'R3 accepted']);
    await offerQuery(ask('019ce000-0000-7000-8000-0000000000b3', world.keg));
    expect((await lines()).at(-1)).toMatchObject({ event: 'unproven' });
  });

  test('has its receipt on disk before the frame counts as taken', async () => {
    const wire = new Wire(DOWN);
    await start(wire);
    await wire.offer(message);
    const offered = (await lines()).find((line) => line.event === 'offered');
    expect(offered).toMatchObject({ kind: 'receipt', levels: ['R1', 'R2'], about: message.manifest.messageId });
    expect(receipt(await readFile(join(folder, offered?.event === 'offered' ? offered.file : '')))).toBe('R1 R2 valid');
  });

  test('refuses what it cannot read, with every error, and does not answer in business', async () => {
    const wire = new Wire(UP);
    await start(wire);
    const broken = { ...document('A'), bytes: Buffer.from(JSON.stringify({ model: MODEL_VERSION, type: 'TrainConsist', wagon: 'none' })) };
    await wire.offer(world.seal({}, [broken]));
    await waitFor(() => wire.sent.length === 1);
    const payload = JSON.parse(Buffer.from(wire.sent[0]!.frame.toString('latin1').split('.')[1]!, 'base64url').toString()) as {
      status: string;
      issues: { pointer: string }[];
    };
    expect(payload.status).toBe('refused');
    expect(payload.issues.map(({ pointer }) => pointer).sort()).toEqual([
      '/consignmentNote',
      '/header',
      '/mainCarriageTransportMovement',
      '/wagon',
    ]);
    expect(answered).toEqual([]);
  });

  test('keeps other content under a known id apart', async () => {
    const wire = new Wire(UP);
    await start(wire);
    await wire.offer(message);
    await waitFor(() => wire.sent.length === 3);
    await wire.offer(world.seal({}, [document('B')]));
    expect((await lines()).at(-1)).toMatchObject({ event: 'unproven', code: 'ID_CONFLICT' });
    expect(wire.sent).toHaveLength(3);
    expect(answered).toEqual(['A']);
  });

  test('goes on after a kill with the very bytes it had decided to send', async () => {
    const before = new Wire(DOWN);
    await start(before);
    await before.offer(message);
    await waitFor(async () => (await lines()).some(({ event }) => event === 'answered'));
    // What is on disk now is what a kill would leave.
    const after = `${folder}-after`;
    await cp(folder, after, { recursive: true });
    try {
      const kept = (await lines(after)).flatMap((line) => (line.event === 'offered' ? [line.file] : []));
      const wire = new Wire(UP);
      const party = await start(wire, after);
      await waitFor(() => wire.sent.length === 3);
      for (const [index, file] of kept.entries()) expect(wire.sent[index]!.frame.equals(await readFile(join(after, file)))).toBe(true);
      expect(wire.sent.every(({ possibleDuplicate }) => possibleDuplicate)).toBe(true);
      await party.stop();
      running.splice(running.indexOf(party), 1);
    } finally {
      await rm(after, { recursive: true, force: true });
    }
  });

  test('believes only receipts that speak of the octets it sent', async () => {
    const wire = new Wire(UP);
    const party = await start(wire);
    const { bytes } = document('C');
    const messageId = '019ce000-0000-7000-8000-0000000000c1';
    await party.send({
      messageId,
      bytes,
      mediaType: 'application/json',
      messageType: { type: 'canonical/json', version: '1' },
      conversationId: 'c',
    });
    await waitFor(() => wire.sent.length === 1);
    const about = { ...message, manifest: { ...message.manifest, messageId, from: { party: 'KEG' }, to: { party: 'LSW' } } };
    const { jws } = sealReceipt(about, { levels: ['R1', 'R2'], status: 'valid', issuedAt: NOW }, world.lsw);
    await wire.handler!(jws, { kind: 'receipt', possibleDuplicate: false });
    expect((await lines()).at(-1)).toMatchObject({ event: 'unproven', code: 'RECEIPT_INVALID', reason: 'RECEIPT_OTHER_BYTES' });
  });

  test('cuts off a line that a crash tore', async () => {
    const wire = new Wire(UP);
    const party = await start(wire);
    await wire.offer(message);
    await waitFor(() => wire.sent.length === 3);
    await party.stop();
    running.splice(running.indexOf(party), 1);
    const whole = await lines();
    await appendFile(join(folder, 'journal.jsonl'), '{"at":"2026-03-14T09:15:00.000Z","party":"KEG","ev');
    const again = new Wire(UP);
    await start(again);
    expect(await lines()).toEqual(whole);
    await again.offer(message);
    await waitFor(() => again.sent.length === 1);
    expect(receipt(again.sent[0]!.frame)).toBe('R1 R2 valid');
    expect(answered).toEqual(['A']);
  });
});
