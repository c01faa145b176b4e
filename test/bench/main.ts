import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { measureFormats, reportBar, tableOf } from './formats.ts';
import { measureLarge, reportLarge, type Large } from './large.ts';
import { measureFair, reportFair } from './fair.ts';
import { measureConsole, reportConsole } from './console.ts';
import { consignmentsFor } from './documents.ts';
import { latency, Sender, throughput, type Latency, type Throughput } from './end-to-end.ts';
import { carrying, cryptography, parsing, storing, translating, trusting, type Primitives } from './primitives.ts';
import { openStage, type Stage } from './stage.ts';
import { measureTrust, reportTrust } from './trust.ts';

const HELP = `npm run bench -- [--json] [--sizes 4,60] [--messages N] [--seconds S]
npm run bench -- formats [--json] [--type PART] [--seed N] [--seconds S]
npm run bench -- large [--json]
npm run bench -- trust [--json] [--sizes 4,60] [--seconds S]
npm run bench -- console [--json] [--messages N] [--rounds N]
npm run bench -- fair [--json] [--rate N] [--seconds S]

Messages per second end to end over RabbitMQ with PostgreSQL durable, one gateway process, beside the raw steps measured
alone in the same run, the limit composed of them, and the ratio to it. Starts its own servers; needs rabbitmq-server or root.

  --json        one JSON document on stdout
  --sizes       document sizes in KB (default 4,60)
  --messages    messages of the throughput run (default: about 12 s of work)
  --seconds     length of the latency run at half load (default 8)

formats: what decoding, validating and encoding cost for every mapping, beside fast-xml-parser's bare parse and build of the
same bytes; then \`large\`, a manifest of 9,999 bills: time, memory, and how long small messages wait meanwhile. Needs no server.

  --type        only mappings whose id holds this
  --seed        of the generated documents (default 1)
  --seconds     for each mapping (default 2)

trust: what sealing, verifying, receipting and logging a message cost at 100 messages a batch, beside node:crypto doing the same
hashes, signatures and verifications on the same octets in the same run. The bar is 1.5 times bare. Needs no server.

console: seeds a database of its own with small messages (default 5,000,000: some minutes and 10 GB of disk, removed at the end) and asks
a gateway on it for lists, searches and shipments as the console does. The bar is a p95 of 60 ms.

  --messages    messages in the store, half received and half sent
  --rounds      times each question is asked (default 200)

fair: three partners post small manifests at their rate, alone and then beside one that sends at a hundred times the rate of one of
them; what they wait for their answers in both cases, and the ratio. Over the HTTP mailbox; starts its own PostgreSQL. Everything of it shares the machine, the senders too.

  --rate        messages a second of a partner (default 5)
  --seconds     of each of both runs (default 15)

Examples
  npm run bench
  npm run bench -- --sizes 4 --json
  npm run bench -- formats --type cn-manifest
`;

interface Row {
  readonly kilobytes: number;
  readonly bytes: number;
  readonly primitives: Primitives;
  readonly own: ReturnType<typeof trusting>;
  readonly translationMicroseconds: number;
  readonly composedMicroseconds: number;
  readonly composedPerSecond: number;
  readonly endToEnd: Throughput;
  readonly ratio: number;
  readonly latencyAtHalfLoad: Latency;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    type: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
    sizes: { type: 'string' },
    messages: { type: 'string' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    rate: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const tell = (text: string) => process.stderr.write(`${text}\n`);

if (positionals[0] === 'formats') await formats();
else if (positionals[0] === 'large') await large();
else if (positionals[0] === 'trust') trust();
else if (positionals[0] === 'console') await consoleScreens();
else if (positionals[0] === 'fair') await fair();
else await exchange();

async function formats(): Promise<void> {
  const rows = measureFormats(values.type, Number(values.seed ?? 1), Number(values.seconds ?? 2), (id) => tell(`${id} …`));
  tell('a manifest of 9,999 bills …');
  // In a process of its own: what the measures above left in memory is not the manifest's.
  const ours = [...process.execArgv, process.argv[1] ?? '', 'large', '--json'];
  const printed = execFileSync(process.execPath, ours, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  const manifest = JSON.parse(printed) as Large;
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ node: process.version, rows, large: manifest }, undefined, 2)}\n`
      : `${tableOf(rows)}\n${reportBar(rows)}\n\n${reportLarge(manifest)}\n`,
  );
}

async function large(): Promise<void> {
  const measured = await measureLarge();
  process.stdout.write(values.json ? `${JSON.stringify(measured, undefined, 2)}\n` : `${reportLarge(measured)}\n`);
}

async function fair(): Promise<void> {
  const found = await measureFair(Number(values.rate ?? 5), Number(values.seconds ?? 15), tell);
  process.stdout.write(values.json ? `${JSON.stringify({ node: process.version, ...found }, undefined, 2)}\n` : `${reportFair(found)}\n`);
}

async function consoleScreens(): Promise<void> {
  const found = await measureConsole(Number(values.messages ?? 5_000_000), Number(values.rounds ?? 200), tell);
  process.stdout.write(
    values.json ? `${JSON.stringify({ node: process.version, ...found }, undefined, 2)}\n` : `${reportConsole(found)}\n`,
  );
}

function trust(): void {
  const sizes = (values.sizes ?? '4,60').split(',').map(Number);
  const milliseconds = Number(values.seconds ?? 5) * 1_000;
  const rows = sizes.flatMap((kilobytes) =>
    (['ES256', 'Ed25519'] as const).map((algorithm) => measureTrust(kilobytes * 1024, algorithm, milliseconds)),
  );
  process.stdout.write(
    values.json ? `${JSON.stringify({ node: process.version, rows }, undefined, 2)}\n` : `${rows.map(reportTrust).join('\n\n')}\n`,
  );
}

async function exchange(): Promise<void> {
  const stage = await openStage();
  const stop = () => void stage.close().then(() => process.exit(130));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const rows: Row[] = [];
    for (const size of (values.sizes ?? '4,60').split(',').map(Number)) rows.push(await measure(stage, size));
    process.stdout.write(values.json ? `${JSON.stringify({ node: process.version, rows }, undefined, 2)}\n` : rows.map(report).join('\n'));
  } finally {
    await stage.close();
  }
}

/** One size: every step alone, then the whole. */
async function measure(at: Stage, kilobytes: number): Promise<Row> {
  const consignments = consignmentsFor(kilobytes * 1024);
  const { document, frame, jws } = new Sender(at, consignments).next();
  tell(`${kilobytes} KB: ${document.length} bytes, ${consignments} consignments; steps alone …`);
  const translator = createTranslator(readTranslationFiles());
  const parse = parsing(document);
  const translation = translating(translator, document);
  const directory = await at.keys.directory();
  const own = trusting(at, directory, frame, document);
  const bare = cryptography(jws, document);
  const message = await carrying(at, frame);
  const receipt = await carrying(at, Buffer.alloc(1_100, 65));
  const insert = await storing(at, frame);
  const primitives: Primitives = {
    parse,
    map: Math.max(0, translation - parse),
    verify: bare.verify,
    // The onward message and the receipt.
    sign: 2 * bare.sign,
    // Its part, the onward part.
    digest: 2 * bare.digest,
    insert,
    publish: message.publish + receipt.publish,
    consume: message.consume,
  };
  const composed = Object.values(primitives).reduce((sum, value) => sum + value, 0);
  const count = Number(values.messages ?? Math.round(Math.min(20_000, Math.max(500, 12e6 / composed))));
  tell(`${kilobytes} KB: ${count} messages end to end …`);
  const endToEnd = await throughput(at, consignments, count, progress(kilobytes, count));
  tell(`${kilobytes} KB: latency at half load …`);
  const half = Math.max(1, Math.floor(endToEnd.perSecond / 2));
  return {
    kilobytes,
    bytes: document.length,
    primitives,
    own,
    translationMicroseconds: translation,
    composedMicroseconds: composed,
    composedPerSecond: Math.round(1e6 / composed),
    endToEnd,
    ratio: Number((endToEnd.perSecond / (1e6 / composed)).toFixed(2)),
    latencyAtHalfLoad: await latency(at, consignments, half, Number(values.seconds ?? 8)),
  };
}

function progress(kilobytes: number, total: number): (done: number) => void {
  let shown = 0;
  return (done) => {
    if (!process.stderr.isTTY || done - shown < total / 50) return;
    shown = done;
    process.stderr.write(`\r${kilobytes} KB: ${Math.round((100 * done) / total)} %${done === total ? '\n' : ''}`);
  };
}

function report(row: Row): string {
  const us = (value: number) => `${value.toFixed(0).padStart(7)} µs`;
  const { primitives, own, endToEnd, latencyAtHalfLoad } = row;
  const rest = 1e6 / endToEnd.perSecond - row.composedMicroseconds;
  return [
    `${row.kilobytes} KB (${row.bytes} bytes)`,
    `  steps alone, per message`,
    ...Object.entries(primitives).map(([name, value]) => `    ${name.padEnd(12)}${us(value)}`),
    `  composed      ${us(row.composedMicroseconds)}   limit ${row.composedPerSecond} messages/s`,
    `  end to end    ${us(1e6 / endToEnd.perSecond)}         ${endToEnd.perSecond} messages/s   ratio ${row.ratio}`,
    `  difference    ${us(rest)}   own trust code beyond bare cryptography ${(own.verifyMessage + own.sealMessage + own.sealReceipt - primitives.verify - primitives.sign - primitives.digest).toFixed(0)} µs`,
    `  CPU/message    gateway ${endToEnd.gatewayCpuMicroseconds} µs, PostgreSQL ${endToEnd.postgresCpuMicroseconds} µs, RabbitMQ ${endToEnd.brokerCpuMicroseconds} µs; gateway peak ${endToEnd.peakMemoryMb} MB`,
    `  translation alone ${us(row.translationMicroseconds)}`,
    `  latency at ${latencyAtHalfLoad.offeredPerSecond}/s: p50 ${latencyAtHalfLoad.p50Ms.toFixed(1)} ms, p99 ${latencyAtHalfLoad.p99Ms.toFixed(1)} ms`,
    '',
  ].join('\n');
}
