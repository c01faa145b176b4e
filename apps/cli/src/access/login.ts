import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { ExchangeError } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { storeToken } from '../gateway/token-place.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface SignedIn {
  readonly account: { readonly name: string };
  readonly roles: readonly string[];
  readonly partners: 'all' | readonly string[];
  readonly stage: 'setup' | 'full';
  readonly until: string;
  readonly token: string;
  readonly recoveryCodes?: readonly string[];
}

/** `landbridge login`. Only a session past its setup is stored. */
export async function login(
  terminal: Terminal,
  { name, json, url }: CommonOptions & GatewayOptions & { readonly name: string },
): Promise<ExitCode> {
  const gateway = new GatewayClient(url === undefined ? {} : { url });
  const answers = new Answers(terminal);
  try {
    const password = await answers.to('Password or one-time secret: ');
    // What enrols the second factor is no code: the first sign-in is tried without one.
    const first = await begin(gateway, { name, password });
    const done =
      first === undefined
        ? await withCode(gateway, answers, { name, password })
        : await setUp(terminal, gateway, answers, first, password, json);
    const file = storeToken(gateway.base, done.token);
    const { account, roles, partners, until, recoveryCodes } = done;
    const shown = { url: gateway.base, account, roles, partners, until, ...(recoveryCodes === undefined ? {} : { recoveryCodes }) };
    if (json) terminal.json(shown);
    else {
      terminal.line(`${account.name}  ${roles.join(' ')}  until ${until}`);
      for (const code of recoveryCodes ?? []) terminal.line(`recovery code (works once): ${code}`);
      terminal.note(`The token is in ${file}.`);
    }
    return EXIT.OK;
  } finally {
    answers.close();
  }
}

/** `landbridge logout`. */
export async function logout(terminal: Terminal, options: CommonOptions & GatewayOptions): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  await gateway.send('DELETE', '/api/session').finally(() => storeToken(gateway.base, undefined));
  if (options.json) terminal.json({ url: gateway.base, ended: true });
  else terminal.line('signed out');
  return EXIT.OK;
}

interface Proof {
  readonly name: string;
  readonly password: string;
  readonly code?: string;
}

const open = (gateway: GatewayClient, proof: Proof): Promise<SignedIn> =>
  gateway.send<SignedIn>('POST', '/api/session', { ...proof, kind: 'token' });

/** Undefined: refused, perhaps for want of a code. The gateway does not say which. */
async function begin(gateway: GatewayClient, proof: Proof): Promise<SignedIn | undefined> {
  return open(gateway, proof).catch((error: unknown) => {
    if (error instanceof ExchangeError && error.code === 'SIGN_IN_REFUSED') return undefined;
    throw error;
  });
}

const withCode = async (gateway: GatewayClient, answers: Answers, proof: Proof): Promise<SignedIn> =>
  open(gateway, { ...proof, code: await answers.to('Code of the second factor: ') });

async function setUp(
  terminal: Terminal,
  gateway: GatewayClient,
  answers: Answers,
  first: SignedIn,
  secret: string,
  json: boolean | undefined,
): Promise<SignedIn> {
  const next = await answers.to('New password (12 characters or more): ');
  const as = (token: string) => new GatewayClient({ url: gateway.base, token });
  const changed = await as(first.token).send<SignedIn>('POST', '/api/session/password', { current: secret, next });
  const factor = await as(changed.token).send<{ secret: string; uri: string }>('POST', '/api/session/factor', { password: next });
  if (json) terminal.json({ factor });
  else terminal.line(`Add this second factor to your authenticator: ${factor.secret}\n${factor.uri}`);
  const code = await answers.to('Code of the new factor: ');
  return as(changed.token).send<SignedIn>('POST', '/api/session/factor/confirm', { code });
}

/** Answers a person types, not shown; without a terminal the lines of stdin. */
class Answers {
  private readonly lines: Interface;
  private readonly arrived: AsyncIterator<string>;

  constructor(private readonly terminal: Terminal) {
    const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.lines = createInterface({ input: terminal.stdin, output: hidden, terminal: terminal.stdin.isTTY === true });
    this.arrived = this.lines[Symbol.asyncIterator]();
  }

  async to(question: string): Promise<string> {
    if (this.terminal.stdin.isTTY === true) this.terminal.stderr.write(question);
    const { value, done } = await this.arrived.next();
    if (this.terminal.stdin.isTTY === true) this.terminal.stderr.write('\n');
    if (done === true) throw new ExchangeError('USAGE', { detail: 'Stdin ended before every answer was given.' });
    return value;
  }

  close(): void {
    this.lines.close();
  }
}
