import { FolderPrivateKeys, signatureServices } from '#adapters';
import { loadEnvironment } from '#config';
import { ExchangeError, issue } from '#model';
import { certificationRequest, type KeyDocument } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { readSmallFile } from '../input.ts';
import { usage } from '../terminal/report.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { fingerprintOf, kidOf } from './fingerprint.ts';
import { openKeys } from './key-place.ts';

type Options = CommonOptions & GatewayOptions;
interface Dependants {
  readonly link: string;
  readonly direction: string;
  readonly kind: string;
  readonly state: string;
  readonly count: number;
}
interface LinkRehearsal {
  readonly link: string;
  readonly partner: string;
  readonly passed: boolean;
  readonly accepts: boolean;
  readonly answeredAt?: string;
  readonly answeredWith?: { readonly kid: string; readonly status: string };
}
type Changed = Pick<KeyDocument, 'party' | 'version'> & {
  readonly keys: readonly { readonly kid: string; readonly alg: string; readonly status: string }[];
};

/** The key named on the command line. Throws USAGE. */
function named(text: string): string {
  const kid = kidOf(text);
  if (kid === undefined) throw usage('kid', 'A key is named by its id of 43 characters, or by its fingerprint of 64 hexadecimal digits.');
  return kid;
}

/** `landbridge keys csr`. */
export async function requestCertificate(
  terminal: Terminal,
  key: string,
  { keys, subject, json }: CommonOptions & { readonly keys?: string; readonly subject: string },
): Promise<ExitCode> {
  const kid = named(key);
  const services = signatureServices(loadEnvironment().SIGNATURE_SERVICES);
  const signer = await new FolderPrivateKeys(await openKeys(keys), services).signer(kid);
  if (!signer) throw new ExchangeError('NOT_FOUND', { pointer: kid, detail: 'The private half of this key is not in the folder.' });
  const request = await certificationRequest(signer, subject);
  if (json) terminal.json({ kid, request });
  else terminal.line(request.trimEnd());
  return EXIT.OK;
}

/** `landbridge keys show`. */
export async function showKey(terminal: Terminal, key: string, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<
    Changed['keys'][number] & {
      readonly party: string;
      readonly held: boolean;
      readonly rehearsal: readonly LinkRehearsal[];
      readonly dependants: readonly Dependants[];
    }
  >(`/api/keys/${named(key)}`);
  if (options.json) return (terminal.json({ ...body, fingerprint: fingerprintOf(body.kid) }), EXIT.OK);
  terminal.line(`${body.party}  ${body.alg}  ${body.status}  ${body.kid}\n${fingerprintOf(body.kid)}`);
  if (body.held) await printLinks(terminal, body.rehearsal);
  await printDependants(terminal, body.dependants);
  return EXIT.OK;
}

interface StepOptions extends Options {
  readonly force?: boolean;
  readonly reason?: string;
  readonly keys?: string;
}

/** `landbridge keys publish`, `activate`, `retire`: at a running gateway, or with --keys in a partner's folder. */
export const takeStep =
  (step: 'publish' | 'activate' | 'retire') =>
  async (terminal: Terminal, key: string, options: StepOptions): Promise<ExitCode> => {
    const { force, reason, keys: folder, json } = options;
    const kid = named(key);
    if (folder === undefined && reason === undefined) throw usage('--reason', 'Say why; it is audited.');
    const changed: Changed =
      folder === undefined
        ? await new GatewayClient(options).send<Changed>('POST', '/api/keys/orders', {
            order: step,
            kid,
            ...(force && { force }),
            reason,
          })
        : await stepInFolder(folder, step, kid);
    return print(terminal, changed, json);
  };

async function stepInFolder(place: string, step: 'publish' | 'activate' | 'retire', kid: string): Promise<KeyDocument> {
  const folder = await openKeys(place);
  const owner = (await folder.documents()).find(({ keys }) => keys.some((key) => key.kid === kid));
  if (!owner || !(await folder.signerOf(kid)))
    throw new ExchangeError('NOT_FOUND', { pointer: kid, detail: 'The folder holds no such private key.' });
  return folder.change(owner.party, { change: step, kid }, new Date());
}

/** `landbridge keys rehearse`. */
export async function rehearse(
  terminal: Terminal,
  key: string | undefined,
  options: Options & { readonly wait: number; readonly reason: string },
): Promise<ExitCode> {
  const { wait, reason, json } = options;
  if (wait > 60) throw usage('--wait', 'At most 60 seconds.');
  const body = { waitSeconds: wait, reason, ...(key === undefined ? {} : { kid: named(key) }) };
  const found = await new GatewayClient(options).send<{
    readonly kid: string;
    readonly passed: boolean;
    readonly links: readonly LinkRehearsal[];
    readonly dependants: readonly Dependants[];
  }>('POST', '/api/keys/rehearsals', body, (wait + 15) * 1000);
  if (json) terminal.json(found);
  else {
    await printLinks(terminal, found.links);
    await printDependants(terminal, found.dependants);
    terminal.line(terminal.paint(found.passed ? 'green' : 'red', `${found.passed ? 'passed' : 'not passed'}  ${found.kid}`));
  }
  return found.passed ? EXIT.OK : EXIT.INVALID;
}

/** `landbridge keys compromise`. */
export async function compromise(
  terminal: Terminal,
  key: string,
  options: Options & { readonly since: string; readonly reason: string },
): Promise<ExitCode> {
  const since = new Date(options.since);
  if (Number.isNaN(since.getTime())) throw usage('--since', 'A time is written like 2026-03-14T09:00:00Z.');
  const body = { order: 'compromise', kid: named(key), since: since.toISOString(), reason: options.reason };
  return print(terminal, await new GatewayClient(options).send<Changed>('POST', '/api/keys/orders', body), options.json);
}

/** `landbridge keys certificate`. */
export async function putCertificate(
  terminal: Terminal,
  key: string,
  file: string,
  options: Options & { readonly reason: string },
): Promise<ExitCode> {
  const pem = (await readSmallFile(file, terminal)).toString('utf8');
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new ExchangeError('KEY_REFUSED', { issues: [issue('KEY_REFUSED', file, 'The file holds no certificate in PEM.')] });
  const changed = await new GatewayClient(options).send<Changed>('POST', '/api/keys/orders', {
    order: 'certificate',
    kid: named(key),
    pem,
    reason: options.reason,
  });
  return print(terminal, changed, options.json);
}

async function print(terminal: Terminal, { party, version, keys }: Changed, json: boolean | undefined): Promise<ExitCode> {
  if (json) terminal.json({ party, version, keys });
  else {
    terminal.line(`${party}, version ${version}`);
    await terminal.table(
      ['status', 'alg', 'fingerprint'],
      keys.map(({ status, alg, kid }) => [status, alg, fingerprintOf(kid)]),
    );
  }
  return EXIT.OK;
}

const printLinks = (terminal: Terminal, links: readonly LinkRehearsal[]): Promise<void> =>
  terminal.table(
    ['link', 'partner', 'rehearsed', 'verifies with it', ...TIME_HEADS.map((head) => `answered ${head}`), 'answered with'],
    links.map(({ link, partner, passed, accepts, answeredAt, answeredWith }) => [
      link,
      partner,
      passed ? 'yes' : 'no',
      accepts ? 'yes' : 'no',
      ...(answeredAt === undefined ? TIME_HEADS.map(() => '') : timeCells(answeredAt)),
      answeredWith?.status ?? '',
    ]),
  );

const printDependants = (terminal: Terminal, dependants: readonly Dependants[]): Promise<void> =>
  terminal.table(
    ['link', 'direction', 'kind', 'state', 'signed with it'],
    dependants.map(({ link, direction, kind, state, count }) => [link, direction, kind, state, count]),
  );
