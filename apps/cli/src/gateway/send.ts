import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AmqpPartner, FolderPartner, MailboxPartner, PushPartner, type PartnerEndpoint, type PartnerSendResult } from '#adapters';
import { loadEnvironment, readAgreements } from '#config';
import { ExchangeError, issue, type Issue, type Link } from '#model';
import {
  newMessageId,
  openReceipt,
  sealMessage,
  signMailboxToken,
  type KeyDirectory,
  type LocalSigner,
  type Receipt,
  type SealedMessage,
} from '#trust';
import type { CommonOptions } from '../command.ts';
import { DEFAULT_LIMIT, loadTranslator } from '../documents/formats.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../input.ts';
import { fingerprintOf } from '../keys/fingerprint.ts';
import { openKeys } from '../keys/key-place.ts';
import { reportIssues, usage } from '../terminal/report.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, listeningUrl, type GatewayOptions } from './gateway-client.ts';
import { LinkHeadFile } from './link-head.ts';

export interface SendOptions extends CommonOptions, GatewayOptions {
  readonly as: string;
  readonly via?: Link['transport'];
  readonly type?: string;
  readonly keys?: string;
}

interface Sender {
  readonly party: string;
  readonly gateway: string;
  readonly link: Link;
  readonly signer: LocalSigner;
  readonly directory: KeyDirectory;
}

/** What is known of a message that was sent and has no receipt yet. */
const KEPT: Readonly<Record<Link['transport'], string>> = {
  amqp: 'kept by the broker; the receipt comes over the link',
  mailbox: 'no receipt in the answer',
  folder: 'in OutBox; the receipt comes into InBox',
  push: 'no receipt in the answer',
  sftp: 'in OutBox; the receipt comes into InBox',
};
/** Life of a message sent by hand. */
const LIFETIME_HOURS = 72;
/** How long a receipt is waited for where the transport does not bring it. */
const RECEIPT_SECONDS = 10;

/** `landbridge send`: seals the file as the next message of the partner's link and hands it over once. */
export async function send(terminal: Terminal, file: string, options: SendOptions): Promise<ExitCode> {
  const sender = await senderOf(options);
  const input = await readInput(file, sender.link.limits.messageBytes ?? DEFAULT_LIMIT, terminal);
  if ('issue' in input) throw new ExchangeError(input.issue.code, { issues: [input.issue] });
  const document = describe(input.bytes, sender.link, options.type);
  const endpoint = await connect(sender, options);
  try {
    const heads = await LinkHeadFile.open(options.keys, sender.party);
    const sealed = sealNext(input.bytes, document, sender, heads);
    // Kept before it is sent: a number of the link is used once, whatever becomes of the message.
    await heads.advance({ sequence: sealed.manifest.link.sequence, manifestDigest: sealed.manifestDigest });
    const { messageId, messageType } = sealed.manifest;
    const result = await endpoint.send({ kind: 'message', messageId, type: messageType.type, frame: sealed.frame });
    const jws = result.receipt ?? (result.sent ? await receiptAtGateway(messageId, options) : undefined);
    return print(terminal, sealed, result, receiptIn(jws, sender), sender, options);
  } finally {
    await endpoint.close();
  }
}

async function senderOf({ as: party, via, keys: folder }: SendOptions): Promise<Sender> {
  const { gateway, links } = readAgreements(loadEnvironment().LANDBRIDGE_AGREEMENTS);
  const link = links.find(({ partner }) => partner === party);
  if (!link) throw usage('--as', `Partners with a link are ${links.map(({ partner }) => partner).join(', ')}.`);
  const keys = await openKeys(folder);
  const signer = await keys.signer(party, new Date());
  return { party, gateway, link: via === undefined ? link : { ...link, transport: via }, signer, directory: await keys.directory() };
}

interface Described {
  readonly mediaType: string;
  readonly charset?: string;
  readonly messageType: { readonly type: string; readonly version: string };
}

const MEDIA_TYPES = {
  xml: 'application/xml',
  edifact: 'application/edifact',
  flat: 'text/plain',
  phrase: 'text/plain',
  json: 'application/json',
} as const;

/** What the manifest says of the document. Anything may be sent, also what nobody can read: the gateway's answer is the point. */
function describe(bytes: Buffer, { charsets }: Link, type: string | undefined): Described {
  const { detection } = loadTranslator().detect(bytes, { charsets });
  return {
    mediaType: detection ? MEDIA_TYPES[detection.syntax] : 'application/octet-stream',
    ...(detection?.charset && { charset: detection.charset }),
    messageType: { type: type ?? detection?.mapping ?? 'unknown', version: detection?.version ?? '1' },
  };
}

function sealNext(
  bytes: Buffer,
  { mediaType, charset, messageType }: Described,
  { party, gateway, link, signer }: Sender,
  heads: LinkHeadFile,
): SealedMessage {
  const now = new Date();
  const messageId = newMessageId(now);
  const { head } = heads;
  return sealMessage(
    {
      messageId,
      conversationId: messageId,
      from: { party },
      to: { party: gateway },
      messageType,
      created: now.toISOString(),
      notAfter: new Date(now.getTime() + LIFETIME_HOURS * 3_600_000).toISOString(),
      priority: 'B',
      test: link.test,
      link: head ? { sequence: head.sequence + 1, previous: head.manifestDigest } : { sequence: 1 },
      businessKeys: [],
    },
    [{ name: 'document', mediaType, charset, bytes }],
    signer,
    now,
  );
}

async function connect({ link, gateway, party, signer }: Sender, { url }: SendOptions): Promise<PartnerEndpoint> {
  const { HTTP_HOST, HTTP_PORT, AMQP_URL, AMQP_CA, LANDBRIDGE_FOLDERS, LANDBRIDGE_DATA } = loadEnvironment();
  if (link.transport === 'folder')
    return new FolderPartner({ folder: join(LANDBRIDGE_FOLDERS ?? join(LANDBRIDGE_DATA, 'folders'), link.id) });
  if (link.transport === 'amqp') {
    if (AMQP_URL === undefined)
      throw new ExchangeError('CONFIGURATION_INVALID', {
        pointer: 'AMQP_URL',
        detail: 'It is not set; it holds the address with the user of the partner.',
      });
    const partner = await AmqpPartner.connect({ url: AMQP_URL, link: link.id, ...(AMQP_CA === undefined ? {} : { tls: { ca: AMQP_CA } }) });
    if (partner.up) return partner;
    await partner.close();
    throw new ExchangeError('BROKER_UNREACHABLE', { pointer: 'AMQP_URL' });
  }
  const gatewayUrl = (url ?? listeningUrl(HTTP_HOST, HTTP_PORT)).replace(/\/+$/, '');
  // Sends only: what comes back comes to whoever listens for the party.
  if (link.transport === 'push')
    return new PushPartner({ gatewayUrl, link: link.id, signer: () => signer, folder: LANDBRIDGE_DATA, now: () => new Date() });
  return new MailboxPartner({
    url: gatewayUrl,
    link: link.id,
    token: ({ method, path }) => signMailboxToken({ gateway, method, path }, party, signer, new Date()),
  });
}

interface ProvenReceipt {
  readonly jws?: Buffer;
  readonly receipt?: Receipt;
  readonly proven?: boolean;
}

/** What a receipt says, when it proves to be the gateway's. */
function receiptIn(jws: Buffer | undefined, { directory, gateway }: Sender): ProvenReceipt {
  if (!jws) return {};
  const opened = openReceipt(jws, directory, { now: new Date(), issuer: gateway });
  return opened.ok ? { jws, receipt: opened.receipt, proven: true } : { jws, proven: false };
}

/**
 * A broker does not answer for the gateway, and reading the partner's queue would take messages from it. So the operators'
 * API is asked for a while, if it can be reached.
 */
async function receiptAtGateway(messageId: string, options: SendOptions): Promise<Buffer | undefined> {
  const gateway = new GatewayClient(options);
  const deadline = Date.now() + RECEIPT_SECONDS * 1000;
  try {
    while (Date.now() < deadline) {
      const { body } = await gateway.get<Shown>(`/api/messages/${messageId}`, [404]);
      const jws = body.messages?.[0]?.receipts[0]?.jws;
      if (jws !== undefined) return Buffer.from(jws, 'latin1');
      await pause(300);
    }
  } catch (failure) {
    if (!(failure instanceof ExchangeError)) throw failure;
  }
  return undefined;
}

interface Shown {
  readonly messages?: readonly { readonly receipts: readonly { readonly jws: string }[] }[];
}

function print(
  terminal: Terminal,
  sealed: SealedMessage,
  result: PartnerSendResult,
  { jws, receipt, proven }: ProvenReceipt,
  sender: Sender,
  { json }: SendOptions,
): ExitCode {
  const { messageId, messageType } = sealed.manifest;
  const refused = receipt?.status === 'refused';
  const code = !result.sent ? exitCodeOf(result.code) : refused ? EXIT.INVALID : EXIT.OK;
  if (json) {
    terminal.json({
      messageId,
      link: sender.link.id,
      type: messageType.type,
      sent: result.sent,
      ...(!result.sent && { code: result.code }),
      receipt,
      ...(proven !== undefined && { proven }),
      jws: jws?.toString('latin1'),
    });
    return code;
  }
  const verdict = !result.sent
    ? terminal.paint('red', 'not accepted')
    : refused
      ? terminal.paint('red', 'refused')
      : terminal.paint('green', 'accepted');
  terminal.line(
    `${verdict}  ${messageId}  ${messageType.type} as ${sender.party} over ${sender.link.id}, key ${fingerprintOf(sender.signer.kid).slice(0, 19)}…`,
  );
  if (receipt) {
    const times = timeCells(receipt.issued).map((time, index) => `${time} ${TIME_HEADS[index]}`);
    terminal.line(`receipt ${receipt.levels.join('+')} ${receipt.status}, signed by ${receipt.issuer}, ${times.join(', ')}`);
  } else if (result.sent) terminal.line(KEPT[sender.link.transport]);
  reportIssues(terminal, issuesOf(result, receipt, proven));
  return code;
}

function issuesOf(result: PartnerSendResult, receipt: Receipt | undefined, proven: boolean | undefined): Issue[] {
  const found: Issue[] = (receipt?.issues ?? []) as Issue[];
  const unproven =
    proven === false
      ? [issue('RECEIPT_INVALID', '', "The key folder does not hold the gateway's key, or it is not the gateway's receipt.")]
      : [];
  return [...(result.sent ? [] : [issue(result.code, '')]), ...found, ...unproven];
}
