import type { Command } from 'commander';
import { common, lazily, positiveInteger } from '../command.ts';

/** What the operator of a gateway does once in a while. */
export function registerOperations(program: Command): void {
  program.commandsGroup('Operations:');
  registerTopology(program);
  registerMigrate(program);
  registerPurge(program);
}

function registerTopology(program: Command): void {
  const topology = program
    .command('topology')
    .summary('exchanges, queues and users of the broker')
    .description(
      'What the AMQP links of the agreements need on RabbitMQ: a pair of quorum queues a link, one user a partner with least permissions.',
    );
  const apply = topology
    .command('apply')
    .summary('create what is missing')
    .description(
      'Creates what is missing on the broker and prints the password of each user it made, once. Deletes nothing. Exit 2 when differences remain.',
    )
    .option('--passwords <file>', 'write the passwords into this new file, readable by you alone, instead of printing them')
    .option('--renew-passwords', 'give new passwords to users that exist, too');
  brokerOptions(apply);
  common(apply, 'print {differences, users:[{user, password}]}', [
    ['landbridge topology apply --passwords broker-users.json', 'AMQP_MANAGEMENT_URL names the broker'],
  ]).action(lazily(async () => (await import('./topology.ts')).apply));
  const check = topology
    .command('check')
    .summary('compare broker and plan')
    .description('Compares the broker with the plan and changes nothing. Exit 2 when they differ.');
  brokerOptions(check);
  common(check, 'print {differences:[{subject, kind, text}]}', [['landbridge topology check --json', 'for monitoring']]).action(
    lazily(async () => (await import('./topology.ts')).check),
  );
}

function brokerOptions(command: Command): void {
  command
    .option('--management-url <url>', "the broker's management API, credentials included (default: AMQP_MANAGEMENT_URL)")
    .option('--vhost <name>', 'virtual host (default: the one of AMQP_URL, else /)')
    .option('--agreements <file>', 'agreements file (default: LANDBRIDGE_AGREEMENTS)');
}

function registerMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .summary('bring the database to the newest schema')
    .description('Runs the migrations that the database lacks. Without DATABASE_URL that is the PostgreSQL under LANDBRIDGE_DATA.')
    .option('--check', 'change nothing; exit 2 when a migration is missing');
  common(command, 'print {ran:[…]}, or {pending} with --check', [
    ['landbridge migrate', 'before the new version starts'],
    ['landbridge migrate --check', 'in a deployment script'],
  ]).action(lazily(async () => (await import('./migrate.ts')).runMigrations));
}

function registerPurge(program: Command): void {
  const command = program
    .command('purge')
    .summary('remove what the retention rules no longer keep')
    .description(
      'Removes what has had its time by the rules of the configuration (RETENTION_…_DAYS): documents of settled messages, resolved alerts, dead letters that ' +
        'were dealt with, decided requests, ended sessions. With --older-than only documents, whatever the rules say. What proves messages stays: signed ' +
        'manifests, receipts, statements of translation, the log; and the audit trail. Parked messages and those a receiver still waits for are left ' +
        'alone. Works as the owner of the database (DATABASE_OWNER_URL); on record in the audit log, with an event for each message.',
    )
    .option('--older-than <days>', 'only documents of messages received, or made, so many days ago', positiveInteger)
    .option('--reason <text>', 'why; required unless --dry-run')
    .option('--dry-run', 'only say how much it would be');
  common(command, 'print {purged, rules:[{rule, days, before, count}]}, or with --older-than {before, purged, received, sent}', [
    ['landbridge purge --dry-run', 'how much it would be'],
    ['landbridge purge --reason "nightly"', 'in a timer'],
    ['landbridge purge --older-than 365 --reason "retention policy 2026"', 'documents only'],
  ]).action(lazily(async () => (await import('./purge.ts')).purge));
}
