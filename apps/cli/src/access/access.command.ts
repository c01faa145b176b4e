import { Option, type Command } from 'commander';
import { collect, common, lazily, positiveInteger } from '../command.ts';
import { gatewayOptions } from '../gateway/gateway-options.ts';

/** Who may do what. */
export function registerAccess(program: Command): void {
  program.commandsGroup('Access:');
  registerLogin(program);
  registerLogout(program);
  registerOwnSessions(program);
  const accounts = program
    .command('accounts')
    .summary('accounts, roles and tokens')
    .description('Keeps the accounts of a running gateway. Every change says why; a secret is shown once.');
  registerList(accounts);
  registerRoles(accounts);
  registerCreate(accounts);
  registerChange(accounts);
  registerDisable(accounts);
  registerReset(accounts);
  registerToken(accounts);
  registerSessions(accounts);
}

function registerLogin(program: Command): void {
  const command = program
    .command('login')
    .summary('sign in to a gateway')
    .description(
      'Asks for password and code and stores the token of the session, readable by you alone. At the first sign-in it has the one-time secret ' +
        'changed and shows the second factor to enrol. Without a terminal the answers come as lines of stdin: password and code; or, at the ' +
        'first sign-in, the one-time secret and the new password, and the code after the factor was printed.',
    )
    .requiredOption('--name <name>', 'name of the account');
  gatewayOptions(command);
  common(command, 'print {url, account, roles, partners, until}; at the first sign-in {factor} before and recoveryCodes in it', [
    ['landbridge login --name 张伟', 'the gateway on this machine'],
    ['landbridge login --name k.brown --url https://gateway.example', 'another one'],
  ]).action(lazily(async () => (await import('./login.ts')).login));
}

function registerLogout(program: Command): void {
  const command = program.command('logout').summary('end the session').description('Ends the session and forgets its token.');
  gatewayOptions(command);
  common(command, 'print {url, ended}', [['landbridge logout', 'the gateway on this machine']]).action(
    lazily(async () => (await import('./login.ts')).logout),
  );
}

function registerList(accounts: Command): void {
  const command = accounts.command('list').summary('all accounts').description('Lists accounts with roles, partners and state.');
  gatewayOptions(command);
  common(command, 'print {accounts:[…]}', [['landbridge accounts list', 'who may sign in']]).action(
    lazily(async () => (await import('./accounts.ts')).listAccounts),
  );
}

function registerRoles(accounts: Command): void {
  const command = accounts.command('roles').summary('roles and their rights').description('Lists the roles and what each may do.');
  gatewayOptions(command);
  common(command, 'print {roles, exclusive, rights}', [['landbridge accounts roles', 'what to grant']]).action(
    lazily(async () => (await import('./accounts.ts')).listRoles),
  );
}

function registerCreate(accounts: Command): void {
  const command = accounts
    .command('create')
    .summary('make an account')
    .description('Makes an account. A person gets a one-time secret, shown this once; a service account gets tokens (accounts token).')
    .argument('<name>', 'name, in any script')
    .addOption(new Option('--kind <kind>', 'who it is').choices(['person', 'service']).default('person'))
    .option('--oidc-subject <subject>', 'signs in at the configured issuer under this subject, and has no password here');
  grants(command);
  because(command);
  common(command, 'print {account, oneTimeSecret}', [
    ['landbridge accounts create "Айгүл Сәтбаева" --role operator --partner KEG --reason "new shift"', 'one partner'],
    ['landbridge accounts create monitoring --kind service --role viewer --all-partners --reason "dashboard"', 'a program'],
  ]).action(lazily(async () => (await import('./accounts.ts')).createAccount));
}

function registerChange(accounts: Command): void {
  const command = accounts
    .command('change')
    .summary('change roles or partners')
    .description('Replaces the roles, the partners or both of another account and ends its sessions.')
    .argument('<name>', 'name or id');
  grants(command);
  because(command);
  common(command, 'print {account}', [
    ['landbridge accounts change 张伟 --role approver --reason "promoted"', 'partners stay as they are'],
  ]).action(lazily(async () => (await import('./accounts.ts')).changeAccount));
}

function registerDisable(accounts: Command): void {
  const command = accounts
    .command('disable')
    .summary('shut an account at once')
    .description(
      'Disables another account: its sessions and tokens are worth nothing from the next request on. Accounts are never deleted.',
    )
    .argument('<name>', 'name or id')
    .option('--undo', 'enable it again');
  because(command);
  common(command, 'print {account}', [['landbridge accounts disable 张伟 --reason "left"', 'at once']]).action(
    lazily(async () => (await import('./accounts.ts')).disableAccount),
  );
}

function registerReset(accounts: Command): void {
  const command = accounts
    .command('reset')
    .summary('give a new one-time secret')
    .description('Forgets password and second factor of another account, ends its sessions and shows a new one-time secret.')
    .argument('<name>', 'name or id');
  because(command);
  common(command, 'print {account, oneTimeSecret}', [['landbridge accounts reset 张伟 --reason "telephone lost"', 'shown once']]).action(
    lazily(async () => (await import('./accounts.ts')).resetAccount),
  );
}

function registerToken(accounts: Command): void {
  const command = accounts
    .command('token')
    .summary('issue, list or revoke tokens of a service account')
    .description('Issues a token to a service account and prints it, once; or lists its tokens; or revokes one.')
    .argument('<name>', 'name or id')
    .option('--label <label>', 'issue a token under this label')
    .option('--days <n>', 'how long it is worth something, up to 365 (default: 90)', positiveInteger)
    .option('--revoke <id>', 'revoke the token of this id')
    .option('--reason <text>', 'why; needed to issue and revoke');
  gatewayOptions(command);
  common(command, 'print {tokens:[…]}, the issued token, or {revoked}', [
    ['landbridge accounts token monitoring --label dashboard --reason "new dashboard"', 'issue'],
    ['landbridge accounts token monitoring', 'list'],
  ]).action(lazily(async () => (await import('./accounts.ts')).tokens));
}

function registerSessions(accounts: Command): void {
  const command = accounts
    .command('sessions')
    .summary('sessions of an account in force; end them')
    .description('Lists the sessions of an account, or ends all of them.')
    .argument('<name>', 'name or id')
    .option('--end', 'end every one')
    .option('--reason <text>', 'why; needed to end them');
  gatewayOptions(command);
  common(command, 'print {sessions:[…]} or {ended}', [
    ['landbridge accounts sessions 张伟', 'where somebody is signed in'],
    ['landbridge accounts sessions 张伟 --end --reason "telephone lost"', 'sign somebody out everywhere'],
  ]).action(lazily(async () => (await import('./sessions.ts')).accountSessions));
}

function registerOwnSessions(program: Command): void {
  const who = program
    .command('whoami')
    .summary('who is signed in, with which rights')
    .description(
      'Shows the account of the session, its roles, rights and partners, and until when it lasts. A token of a service account has no session.',
    );
  gatewayOptions(who);
  common(who, 'print {account, roles, rights, partners, until}', [['landbridge whoami', 'as whom would this be done?']]).action(
    lazily(async () => (await import('./sessions.ts')).whoAmI),
  );
  const command = program
    .command('sessions')
    .summary('where you are signed in; end the others')
    .description('Lists the sessions of the own account, or ends all but this one.')
    .option('--end-others', 'end every other one');
  gatewayOptions(command);
  common(command, 'print {sessions:[…]} or {ended}', [['landbridge sessions --end-others', 'after a telephone was lost']]).action(
    lazily(async () => (await import('./sessions.ts')).ownSessions),
  );
}

function grants(command: Command): void {
  command
    .option('--role <role>', 'a role; may be given several times', collect)
    .option('--partner <key>', 'a partner it may see; may be given several times', collect)
    .option('--all-partners', 'it may see all partners');
}

function because(command: Command): void {
  command.requiredOption('--reason <text>', 'why, for the audit trail');
  gatewayOptions(command);
}
