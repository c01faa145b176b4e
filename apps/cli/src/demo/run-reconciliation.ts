import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createDataSource, PostgresReconciliationStore } from '#adapters';
import { Scope, type ReconciliationState } from '#exchange';
import { newMessageId } from '#trust';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { settle } from './acts/close.ts';
import { trainLeaves } from './acts/rail.ts';
import { seaManifest } from './acts/sea.ts';
import { DemoFailure } from './demo-failure.ts';
import { Programme } from './programme.ts';
import { openStage, startEverybody, type DemoSettings } from './settings.ts';
import type { Delivered } from './stage/journal-line.ts';
import { MovedClock } from './stage/moved-clock.ts';
import type { Stage } from './stage/stage.ts';
import { verifyDay, type VerifiedDay } from './verify/verify-reconciliation.ts';

/** The day that is played is over by now, and by the quarter of an hour that a gateway waits for what is still being stored. */
const A_DAY_AGO = -24.5 * 60 * 60 * 1000;
const FORGETFUL = 'KEG';

/** Plays a day, lets one party lose a message, and has every link reconciled the morning after. Exit code 0 only if every promise came true. */
export async function runReconciliation(terminal: Terminal, settings: DemoSettings): Promise<ExitCode> {
  const programme = new Programme(terminal, settings.json);
  programme.say(terminal.paint('bold', 'Landbridge: a day, and the morning after'));
  let stage: Stage | undefined;
  let days: readonly VerifiedDay[] = [];
  let failure: unknown;
  try {
    const clock = new MovedClock();
    clock.milliseconds = A_DAY_AGO;
    stage = await openStage(programme, { ...settings, clock, gatewaySettings: { LOG_INTERVAL_SECONDS: '1' } });
    await playDay(stage, programme, clock);
    const lost = await theNight(stage, programme, clock, settings);
    days = await theMorning(stage, programme, lost);
  } catch (error) {
    failure = error;
  }
  await stage?.close();
  if (failure !== undefined && !(failure instanceof DemoFailure)) throw failure;
  const ok = failure === undefined && programme.checks.every((check) => check.ok);
  const { folder, transport } = settings;
  const summary = {
    ok,
    transport,
    folder,
    checks: programme.checks,
    days,
    ...(failure instanceof DemoFailure && { failure: failure.message }),
  };
  await writeFile(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  if (settings.json) terminal.json(summary);
  else {
    programme.say();
    programme.say(ok ? terminal.paint('green', 'All of it came true.') : terminal.paint('red', 'Not all of it came true.'));
    programme.say(`Statements and answers with both signatures: ${join(folder, 'reconciliation')}`);
  }
  return ok ? EXIT.OK : EXIT.INVALID;
}

async function playDay(stage: Stage, programme: Programme, clock: MovedClock): Promise<void> {
  const inputs = join(stage.options.folder, 'inputs');
  await mkdir(inputs, { recursive: true });
  const now = clock.now();
  const input = async (name: string, bytes: Buffer) => {
    const path = join(inputs, name);
    await writeFile(path, bytes);
    return path;
  };
  const ids = { sea: newMessageId(now), train: newMessageId(now), mistakes: newMessageId(now), forged: newMessageId(now) };
  for (const act of [seaManifest, trainLeaves]) await act({ stage, programme, now, input, ids });
  await programme.step('Khorgos has power again', () => stage.party(FORGETFUL).start());
  await programme.step('everything under way has arrived and is receipted', () => settle(stage));
}

/** Everybody goes home. One party restores a journal in which one message is missing, of which it has signed a receipt. */
async function theNight(stage: Stage, programme: Programme, clock: MovedClock, settings: DemoSettings): Promise<Delivered> {
  programme.act(3, 'The night', `Everybody stops; ${FORGETFUL} restores a journal in which one message is missing`);
  await Promise.all([...stage.parties.values()].map((party) => party.stop()));
  await stage.gateway.stop();
  const party = stage.party(FORGETFUL);
  const [, lost] = party.delivered();
  if (!lost) throw new DemoFailure(`${FORGETFUL} got too little to lose any of it.`);
  const journal = join(party.options.folder, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  const isLost = (line: string) => line.includes('"event":"delivered"') && line.includes(lost.messageId);
  await writeFile(journal, lines.filter((line) => !isLost(line)).join('\n'));
  programme.check('a message is gone from the journal', lines.some(isLost), `number ${lost.sequence}`);
  clock.milliseconds = 0;
  await startEverybody(stage, programme, settings.transport);
  return lost;
}

async function theMorning(stage: Stage, programme: Programme, lost: Delivered): Promise<readonly VerifiedDay[]> {
  programme.act(
    4,
    'The morning after',
    'The gateway states the day of each link, signed; each partner countersigns what its own journal says',
  );
  const states = await programme.step(
    'every day of every link is answered',
    () => answered(stage),
    (found) => `${found.length} days`,
  );
  const { folder } = stage.options;
  const days = await programme.step('both signatures of each verify with jose and the public keys alone', () =>
    Promise.all(states.map(({ link, day }) => verifyDay(folder, fileOf(link, day, 'statement'), fileOf(link, day, 'answer')))),
  );
  const forgetful = stage.link(FORGETFUL).id;
  for (const day of days) {
    const { sent, received } = day;
    const counts = `${sent.ours} sent, ${received.ours} received`;
    if (day.link !== forgetful || sent.ours === 0)
      programme.check(`${day.link} ${day.day}: count and root are the same at both ends`, sent.same && received.same, counts);
    else {
      programme.check(
        `${day.link} ${day.day}: the partner signs for ${sent.theirs} of ${sent.ours} messages`,
        sent.theirs === sent.ours - 1 && received.same,
      );
      programme.check(
        'the missing one is named by its number, in the partner’s own words',
        day.missingThere.join() === String(lost.sequence),
        `number ${day.missingThere.join()}`,
      );
    }
  }
  const named = states.find(({ state }) => state === 'disagreed')?.differences?.out.missingThere;
  programme.check(
    'landbridge log reconcile and the API name the same number',
    JSON.stringify(named) === JSON.stringify([[lost.sequence, lost.sequence]]),
  );
  const [sentTo] = await stage.gateway.detail(lost.messageId);
  programme.check(
    `and ${FORGETFUL} once signed that it holds it`,
    (sentTo?.receipts ?? []).some(({ issuer }) => issuer === FORGETFUL),
  );
  return days;
}

/** Waits until each day with messages is countersigned, and writes both octets where they can be looked at. */
async function answered(stage: Stage): Promise<readonly ReconciliationState[]> {
  const dataSource = await createDataSource({ url: stage.database.url, poolSize: 1 }).initialize();
  try {
    const store = new PostgresReconciliationStore(dataSource);
    for (let tries = 0; tries < 600; tries += 1) {
      const states = await store.list(Scope.everything, { limit: 100 });
      const links = new Set(states.map(({ link }) => link));
      const whole = stage.agreements.links.every(({ id }) => links.has(id)) && states.every(({ state }) => state !== 'open');
      if (whole) {
        await mkdir(join(stage.options.folder, 'reconciliation'), { recursive: true });
        for (const { link, day } of states) {
          const found = await store.find(link, day);
          await writeFile(join(stage.options.folder, fileOf(link, day, 'statement')), found!.jws);
          await writeFile(join(stage.options.folder, fileOf(link, day, 'answer')), found!.answer!);
        }
        return states;
      }
      await pause(100);
    }
    throw new DemoFailure('Not every day was countersigned within a minute.');
  } finally {
    await dataSource.destroy();
  }
}

const fileOf = (link: string, day: string, what: 'statement' | 'answer'): string => join('reconciliation', `${day}-${link}.${what}.jws`);
