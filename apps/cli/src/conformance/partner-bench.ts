import { readFile } from 'node:fs/promises';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { AmqpPartner, HostedMailbox, MailboxPartner, PartnerUnderTest, type KeyFolder } from '#adapters';
import { Clock } from '#exchange';
import { Bench, type EndpointUnderTest } from '#onboarding';
import { signMailboxToken } from '#trust';
import { LinkHeadFile } from '../gateway/link-head.ts';
import { openKeys } from '../keys/key-place.ts';
import { usage } from '../terminal/report.ts';

/** How a test reaches an endpoint as the partner of one of its links. */
export interface PartnerOptions {
  readonly link: string;
  readonly self: string;
  readonly peer: string;
  readonly production?: boolean;
  readonly timeout: number;
  readonly keys?: string;
  readonly ca?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
}

export interface PartnerPlace {
  readonly url: string;
  readonly folder: KeyFolder;
  readonly tls: TlsOptions;
  readonly heads: LinkHeadFile;
  /** Signs one request to the mailbox. */
  readonly token: (request: { readonly method: 'GET' | 'POST'; readonly path: string }) => Promise<string>;
}

/** Keys, certificates and the place in the link's chain; throws where the other side's key document is missing. */
export async function placeOf(url: string, options: PartnerOptions): Promise<PartnerPlace> {
  const folder = await openKeys(options.keys);
  if (!(await folder.directory()).document(options.peer))
    throw usage('--peer', 'Its key document is not in the key folder; landbridge keys import takes it in.');
  const text = (file: string | undefined) => (file === undefined ? undefined : readFile(file, 'utf8'));
  const [ca, cert, key] = await Promise.all([text(options.ca), text(options.clientCert), text(options.clientKey)]);
  const tls = { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  const token: PartnerPlace['token'] = async (request) =>
    signMailboxToken({ gateway: options.peer, ...request }, options.self, await folder.signer(options.self, new Date()), new Date());
  return { url: url.replace(/\/$/, ''), folder, tls, heads: await LinkHeadFile.open(options.keys, options.self), token };
}

/** Our end of the link over the transport that the address names. */
export async function benchAt(place: PartnerPlace, options: PartnerOptions): Promise<Bench> {
  const { url, tls, token } = place;
  return benchOf(place, options, await endpointAt(url, tls, token, options.link, now), await place.folder.directory());
}

class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}

/** The other way round: a partner's system connects to us, who stand where its gateway would. Resolves when it did. */
export async function benchFor(
  place: PartnerPlace,
  options: PartnerOptions,
  listen: { host: string; port: number },
): Promise<{ bench: Bench; url: string; connected: Promise<void> }> {
  const { link, self, peer } = options;
  const directory = await place.folder.directory();
  const hosted = await HostedMailbox.open({ ...listen, link, gateway: self, partner: peer, directory, clock: new SystemClock() });
  return { bench: await benchOf(place, options, hosted, directory), url: hosted.url, connected: hosted.connected() };
}

const now = (): Date => new Date();

async function benchOf(
  { folder, heads }: PartnerPlace,
  options: PartnerOptions,
  endpoint: EndpointUnderTest,
  directory: Awaited<ReturnType<KeyFolder['directory']>>,
): Promise<Bench> {
  return new Bench({
    endpoint,
    self: options.self,
    peer: options.peer,
    link: options.link,
    signer: await folder.signer(options.self, now()),
    directory,
    test: options.production !== true,
    now,
    deadlineMs: options.timeout * 1_000,
    head: heads.head,
    makeKey: (alg) => folder.make(alg),
    onDocument: (document) => folder.store(document),
  });
}

async function endpointAt(
  url: string,
  tls: TlsOptions,
  token: PartnerPlace['token'],
  link: string,
  now: () => Date,
): Promise<PartnerUnderTest> {
  if (/^amqps?:/.test(url)) return new PartnerUnderTest(await AmqpPartner.connect({ url, link, tls }), { tellsAtOnce: false, now });
  // What comes wakes the poll at once, and a short wait lets the run end soon.
  const partner = new MailboxPartner({ url, link, token, waitSeconds: 5 });
  return new PartnerUnderTest(partner, { tellsAtOnce: true, now, messagesUrl: `${url}/links/${encodeURIComponent(link)}/messages` });
}
