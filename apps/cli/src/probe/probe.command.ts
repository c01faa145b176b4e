import type { Command } from 'commander';
import { collect, common, lazily } from '../command.ts';

const PROBES = [
  ['verify-jws', 'judge the compact JWS on stdin with the key of --jwk'],
  ['parse-xml', 'judge whether the document is XML this gateway reads'],
  ['parse-edifact', 'judge whether the interchange is sound EDIFACT syntax'],
  ['parse-json', 'judge whether the document is strict JSON'],
  ['decode', 'judge a whole document: format, structure, values, content'],
  ['check-key', 'judge the public JWK on stdin, or of --jwk, as a key offered for registration'],
] as const;

/** For test suites and attackers of our own: one JSON line a verdict, from the code the gateway runs. */
export function registerProbe(program: Command): void {
  program.commandsGroup('For tests:');
  const probe = program
    .command('probe')
    .summary('judge hostile input with the code the gateway runs')
    .description(
      'Reads stdin and prints one JSON line {"verdict":"accept"|"refuse","code":"…","ms":n}. Exit 0 for both verdicts; anything else is a crash. ' +
        'With --batch, file names come from stdin, one a line, and each answer has "file"; for verify-jws a line is JSON {"id":…,"jwk":{…},"jws":"…"} ' +
        'and the answer has "id". A batch never stops at a bad line.',
    );
  for (const [name, what] of PROBES) {
    const command = probe
      .command(name)
      .summary(what)
      .description(`${what[0]!.toUpperCase()}${what.slice(1)}.`);
    command.option(
      '--batch',
      name === 'verify-jws' ? 'read JSON lines {"id":…,"jwk":{…},"jws":"…"} from stdin' : 'read file names from stdin, one a line',
    );
    if (name === 'verify-jws' || name === 'check-key') command.option('--jwk <file>', 'file of the JSON Web Key');
    else if (name !== 'parse-json') command.option('--accept <charset>', 'encoding agreed beyond UTF-8; repeatable', collect);
    const call = name === 'verify-jws' ? 'landbridge probe verify-jws --jwk key.json < message.jws' : `landbridge probe ${name} < sample`;
    const batch =
      name === 'verify-jws' ? 'landbridge probe verify-jws --batch < vectors.jsonl' : `ls samples/* | landbridge probe ${name} --batch`;
    common(command, 'the answer is JSON with or without it', [
      [call, 'one verdict'],
      [batch, 'one line each'],
    ]).action(lazily(async () => (await import('./probe.ts')).runProbe(name)));
  }
}
