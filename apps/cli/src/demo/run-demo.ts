import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newMessageId } from '#trust';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { closeBooks, type Closing } from './acts/close.ts';
import type { Day } from './acts/day.ts';
import { trainLeaves } from './acts/rail.ts';
import { fiveMistakes, forgery, sameTwice } from './acts/refusals.ts';
import { khorgosReturns } from './acts/return.ts';
import { seaManifest } from './acts/sea.ts';
import { DemoFailure } from './demo-failure.ts';
import { README } from './folder-readme.ts';
import { ledgerLines } from './ledger-table.ts';
import { Programme } from './programme.ts';
import { openStage, type DemoSettings } from './settings.ts';
import type { Stage } from './stage/stage.ts';

/** Plays the day; exit code 0 only if every promise came true. */
export async function runDemo(terminal: Terminal, settings: DemoSettings): Promise<ExitCode> {
  const programme = new Programme(terminal, settings.json);
  programme.say(terminal.paint('bold', 'Landbridge: a day at the border'));
  let stage: Stage | undefined;
  let closing: Closing | undefined;
  let failure: unknown;
  try {
    stage = await openStage(programme, settings);
    closing = await play(stage, programme);
  } catch (error) {
    failure = error;
  }
  await stage?.close();
  if (failure !== undefined && !(failure instanceof DemoFailure)) throw failure;
  const ok = failure === undefined && programme.checks.every((check) => check.ok);
  await conclude(terminal, programme, settings, ok, closing, failure);
  return ok ? EXIT.OK : EXIT.INVALID;
}

async function play(stage: Stage, programme: Programme): Promise<Closing> {
  const now = new Date();
  const inputs = join(stage.options.folder, 'inputs');
  await mkdir(inputs, { recursive: true });
  const day: Day = {
    stage,
    programme,
    now,
    input: async (name, bytes) => {
      const path = join(inputs, name);
      await writeFile(path, bytes);
      return path;
    },
    ids: { sea: newMessageId(now), train: newMessageId(now), mistakes: newMessageId(now), forged: newMessageId(now) },
  };
  for (const act of [seaManifest, trainLeaves, fiveMistakes, forgery, sameTwice, khorgosReturns]) await act(day);
  programme.act(8, 'The books are closed', 'Counted from the journals at both ends of every link');
  return closeBooks(day);
}

async function conclude(
  terminal: Terminal,
  programme: Programme,
  settings: DemoSettings,
  ok: boolean,
  closing: Closing | undefined,
  failure: unknown,
): Promise<void> {
  const { folder } = settings;
  const summary = {
    ok,
    transport: settings.transport,
    folder,
    seconds: Math.round(programme.seconds * 10) / 10,
    checks: programme.checks,
    links: closing?.links ?? [],
    signatures: closing?.signatures ?? null,
    ...(failure instanceof DemoFailure ? { failure: failure.message } : {}),
  };
  await writeFile(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  await writeFile(join(folder, 'README.txt'), README);
  if (settings.json) return terminal.json(summary);
  if (closing) {
    programme.say();
    const paint = {
      head: (text: string) => terminal.paint('bold', text),
      zero: (text: string) => terminal.paint('dim', text),
      bad: (text: string) => terminal.paint('red', text),
    };
    for (const line of ledgerLines(closing.links, closing.gateway, paint)) programme.say(line);
    programme.say();
    programme.say(
      programme.dim('delivered: kept by the receiver, each message once; receipted: answered by a signature that the sender verified;'),
    );
    programme.say(
      programme.dim('quarantined: the forged one; duplicates: deliveries of the same octets again, recognised and without effect'),
    );
  }
  programme.say();
  const verdict = ok ? terminal.paint('green', 'All of it came true.') : terminal.paint('red', 'Not all of it came true.');
  programme.say(`${verdict} ${programme.checks.filter((check) => check.ok).length} checks in ${programme.seconds.toFixed(1)} s.`);
  programme.say(`Every message, receipt, journal and public key: ${folder}`);
  if (settings.keep && settings.transport === 'mailbox') programme.say(`To go on with it: ${goOn(folder)}`);
  if (!ok) programme.say(`Logs: ${join(folder, 'gateway', 'gateway.log')} and party.log of each party.`);
}

/** The command that starts a gateway on what a demo kept. */
const goOn = (folder: string): string =>
  `LANDBRIDGE_DATA=${join(folder, 'gateway')} LANDBRIDGE_AGREEMENTS=${join(folder, 'agreements.json')} landbridge start`;
