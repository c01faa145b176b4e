import { parseArgs } from 'node:util';
import { isBug } from './bugs.ts';
import { planFaults } from './nemesis.ts';
import { Random } from './random.ts';
import { faultsFound, run, type Progress, type Summary } from './run.ts';
import { BUG_NAMES, runWithBug, selfTest, type Proof } from './self-test.ts';

const USAGE = `Kills and freezes the gateway, kills the broker and the database under traffic, and judges by journals kept outside of them what was lost.

  npm run chaos -- --cycles 100            random faults; exit 0 when nothing was lost, doubled, disordered or receipted in vain
  npm run chaos -- --cycles 20 --seed 7    the same plan of faults again
  npm run chaos -- --bug ack-before-commit one seeded bug; exit 0 only when the oracle stays green, so expect 1
  npm run chaos -- --self-test             all eight seeded bugs must go red, the product must stay green

  --cycles N     faults, one after the other (default 20)
  --seed S       of plan and parties (default: from the clock; printed)
  --gateways N   processes of the gateway on the one database and broker (default 1)
  --rotate       the gateway's key and every party's are changed under way: publish, rehearse, activate, retire
  --rate R       messages a second of each of the two sources (default 10)
  --bug NAME     ${BUG_NAMES.join(', ')}
  --self-test    proves the oracle
  --json         one JSON summary on standard output; progress goes to standard error
  --help

RabbitMQ and PostgreSQL are started for the run on loopback and end with it. The folder of a run that failed is kept and named.
Exit: 0 clean, 1 something was found, 64 usage, 130 interrupted.
`;

interface Settings {
  readonly cycles: number;
  readonly seed: number;
  readonly rate: number;
  readonly gateways: number;
  readonly bug: string | undefined;
  readonly selfTest: boolean;
  readonly rotate: boolean;
  readonly json: boolean;
}

function settings(): Settings {
  const option = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      cycles: option,
      seed: option,
      rate: option,
      gateways: option,
      bug: option,
      'self-test': flag,
      rotate: flag,
      json: flag,
      help: flag,
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const number = (text: string | undefined, otherwise: number): number => {
    const value = text === undefined ? otherwise : Number(text);
    if (!Number.isInteger(value) || value < 1) throw new TypeError(`not a whole number above 0: ${text}`);
    return value;
  };
  if (values.bug !== undefined && !isBug(values.bug)) throw new TypeError(`no such bug: ${values.bug}`);
  return {
    cycles: number(values.cycles, 20),
    seed: number(values.seed, (Date.now() % 1_000_000) + 1),
    rate: number(values.rate, 10),
    gateways: number(values.gateways, 1),
    bug: values.bug,
    selfTest: values['self-test'],
    rotate: values.rotate,
    json: values.json,
  };
}

/** One line that rewrites itself on a terminal; in a pipe a line whenever the work changes. */
function progressTo(stream: NodeJS.WriteStream): (progress: Progress) => void {
  let last = '';
  return ({ cycle, cycles, doing, sources, receivers }) => {
    const counts = `offered ${sources.offered}, receipted ${sources.receipted}, delivered ${receivers.delivered}/${sources.expected}, again ${receivers.repeated}`;
    const head = `${String(cycle).padStart(String(cycles).length)}/${cycles} ${doing}`;
    if (stream.isTTY) stream.write(`\r\x1b[2K${head}   ${counts}`.slice(0, (stream.columns || 100) + 4));
    else if (head !== last) stream.write(`${head}   ${counts}\n`);
    last = head;
  };
}

function show(summary: Summary): string {
  const rows = Object.entries(summary).flatMap(([name, value]) =>
    typeof value === 'object' ? [`  ${name.padEnd(22)} ${JSON.stringify(value)}`] : [`  ${name.padEnd(22)} ${value}`],
  );
  const found = faultsFound(summary);
  const verdict = summary.ok ? 'GREEN: nothing lost, doubled, disordered or receipted in vain.' : `RED: ${found.join(', ')}.`;
  return `${rows.join('\n')}\n${verdict}\n${summary.folder === undefined ? '' : `Journals and logs: ${summary.folder}\n`}`;
}

const proofLine = ({ name, red, wanted, because, seconds }: Proof): string => {
  const right = red === (wanted === 'red') ? 'ok ' : 'NOT';
  return `${right} ${name.padEnd(24)} ${red ? 'red  ' : 'green'} (wanted ${wanted}, ${seconds} s)  ${because.join(', ')}\n`;
};

async function main({ cycles, seed, rate, gateways, bug, selfTest: proving, rotate, json }: Settings): Promise<number> {
  const stop = new AbortController();
  let interrupted = 0;
  // The first signal ends the run in order; the second leaves at once, and what we started is killed on the way out.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      interrupted += 1;
      if (interrupted > 1) process.exit(130);
      process.stderr.write('\nstopping; once more to stop at once\n');
      stop.abort(new Error('interrupted'));
    });
  const progress = progressTo(process.stderr);
  const common = { seed, rate, gateways, progress, signal: stop.signal };
  process.stderr.write(`seed ${seed}\n`);
  try {
    if (proving) {
      const proofs = await selfTest(common, (proof) =>
        process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[2K' : ''}${proofLine(proof)}`),
      );
      const right = proofs.every(({ red, wanted }) => red === (wanted === 'red'));
      process.stdout.write(json ? `${JSON.stringify({ ok: right, seed, proofs })}\n` : proofs.map(proofLine).join(''));
      return right ? 0 : 1;
    }
    const summary =
      bug !== undefined && isBug(bug)
        ? await runWithBug(bug, common)
        : await run({
            ...common,
            rotate,
            faults: planFaults(cycles, new Random(seed), undefined, gateways),
            idleMs: 20_000,
            deadlineMs: 120_000,
          });
    if (process.stderr.isTTY) process.stderr.write('\n');
    process.stdout.write(json ? `${JSON.stringify(summary)}\n` : show(summary));
    return summary.ok ? 0 : 1;
  } catch (error) {
    if (interrupted > 0) return 130;
    throw error;
  }
}

function settingsOrUsage(): Settings | undefined {
  try {
    return settings();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

const wanted = settingsOrUsage();
process.exitCode = wanted === undefined ? 64 : await main(wanted);
