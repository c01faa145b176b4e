import { AmqpPartner, FolderPartner, MailboxPartner, PushPartner, PushReceiver, type PartnerEndpoint } from '#adapters';
import { ExchangeError, type Link } from '#model';
import { signMailboxToken, type KeyDirectory, type Signer } from '#trust';

export interface EndpointOptions {
  readonly link: Link;
  readonly gateway: string;
  readonly signer: Signer;
  readonly directory: KeyDirectory;
  readonly gatewayUrl?: string | undefined;
  readonly amqpUrl?: string | undefined;
  /** Whom to trust about the broker's certificate. */
  readonly amqpCa?: string | undefined;
  /** The folder of the link, as the party reaches it. */
  readonly linkFolder?: string | undefined;
  readonly now: () => Date;
}

type Connect = (options: EndpointOptions) => Promise<PartnerEndpoint>;

const missing = (option: string): never => {
  throw new ExchangeError('USAGE', { detail: `${option} is needed for this transport.` });
};

/** One row a transport. */
const ENDPOINTS: Readonly<Record<Link['transport'], Connect>> = {
  amqp: ({ link, amqpUrl = missing('--amqp-url'), amqpCa }) =>
    AmqpPartner.connect({ url: amqpUrl, link: link.id, name: link.partner, ...(amqpCa === undefined ? {} : { tls: { ca: amqpCa } }) }),
  mailbox: ({ link, gateway, signer, now, gatewayUrl = missing('--gateway-url') }) =>
    Promise.resolve(
      new MailboxPartner({
        url: gatewayUrl,
        link: link.id,
        token: (request) => signMailboxToken({ gateway, ...request }, link.partner, signer, now()),
        retryCapMs: 500,
        report: said(link.partner, now),
      }),
    ),
  folder: ({ link, now, linkFolder = missing('--folder') }) =>
    Promise.resolve(new FolderPartner({ folder: linkFolder, lookMs: 200, report: said(link.partner, now) })),
  // The party keeps the server: its end of the boxes is a folder.
  sftp: ({ link, now, linkFolder = missing('--folder') }) =>
    Promise.resolve(new FolderPartner({ folder: linkFolder, lookMs: 200, report: said(link.partner, now) })),
  push: async ({ link, gateway, signer, directory, now, gatewayUrl = missing('--gateway-url'), linkFolder = missing('--folder') }) => {
    const report = said(link.partner, now);
    const url = new URL(link.push?.url ?? missing('push'));
    await new PushReceiver({ url, folder: linkFolder, gateway, directory, now, report }).listen();
    return new PushPartner({ gatewayUrl, link: link.id, signer: () => signer, folder: linkFolder, now, report });
  },
};

const said = (party: string, now: () => Date) => onChange((reason) => process.stderr.write(`${now().toISOString()} ${party}: ${reason}\n`));

/** The party's end of its link. */
export const connect: Connect = (options) => ENDPOINTS[options.link.transport](options);

/** Says a reason once, however often it repeats. */
function onChange(say: (reason: string) => void): (error: unknown) => void {
  let last: string | undefined;
  return (error) => {
    const reason = reasonOf(error);
    if (reason !== last) say(reason);
    last = reason;
  };
}

/** The reason behind a failed request stands in its cause. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
};
