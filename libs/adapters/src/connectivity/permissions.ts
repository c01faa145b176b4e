import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { connect } from 'amqplib';
import type { Found } from '#onboarding';
import { amqpNames } from '../amqp/topology.ts';

/** At a broker: our user reads its own queue, and may neither declare nor read anything else (LB-PROTO-2 §1). */
export async function brokerPermissions(url: string, link: string, tls: TlsOptions = {}): Promise<Found> {
  const connection = await connect(url, tls);
  // A refused method closes its channel with an error event; the call itself rejects with the same.
  connection.on('error', () => undefined);
  const on = async (
    use: (channel: Awaited<ReturnType<typeof connection.createChannel>>) => Promise<unknown>,
  ): Promise<string | undefined> => {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    try {
      await use(channel);
      await channel.close();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  try {
    const { outQueue, inQueue } = amqpNames(link);
    const read = await on(async (channel) => {
      await channel.prefetch(1);
      // A second consumer of a queue with a single active one gets nothing while the first is there.
      const { consumerTag } = await channel.consume(outQueue, () => undefined);
      await channel.cancel(consumerTag);
    });
    if (read !== undefined) return { state: 'failed', code: codeOf(read), detail: `${outQueue} cannot be read: ${read}` };
    const foreign = await on((channel) => channel.consume(inQueue, () => undefined));
    if (foreign === undefined)
      return { state: 'failed', code: 'TOO_MANY_RIGHTS', detail: `${inQueue} belongs to the other side and could be read.` };
    const declared = await on((channel) => channel.assertQueue(`lb.${link}.probe`, { autoDelete: true, durable: false, exclusive: true }));
    if (declared === undefined) return { state: 'failed', code: 'TOO_MANY_RIGHTS', detail: 'The user may declare queues.' };
    return { state: 'ok', detail: `reads ${outQueue}, and nothing else` };
  } finally {
    await connection.close().catch(() => undefined);
  }
}

const codeOf = (message: string): string => /\b(403|404|405)\b/.exec(message)?.[1] ?? 'REFUSED';

export interface MailboxPermissionOptions {
  readonly url: string;
  readonly link: string;
  readonly token: (request: { readonly method: 'GET'; readonly path: string }) => string | Promise<string>;
}

/** At a mailbox: our token opens our own, is refused for another link and without a token. */
export async function mailboxPermissions({ url, link, token }: MailboxPermissionOptions): Promise<Found> {
  const path = (of: string): string => `/links/${encodeURIComponent(of)}/mailbox?wait=0&limit=1`;
  const status = async (of: string, signedFor: string | undefined): Promise<number> => {
    const headers: Record<string, string> =
      signedFor === undefined ? {} : { authorization: `Bearer ${await token({ method: 'GET', path: signedFor })}` };
    const response = await fetch(url + path(of), { headers, redirect: 'error', signal: AbortSignal.timeout(15_000) });
    await response.arrayBuffer();
    return response.status;
  };
  const own = await status(link, path(link));
  if (own !== 200 && own !== 204)
    return { state: 'failed', code: String(own), detail: `The mailbox ${link} answered ${own} to our token.` };
  const open = await status(link, undefined);
  if (open !== 401) return { state: 'failed', code: 'TOO_MANY_RIGHTS', detail: `Without a token the mailbox answered ${open}.` };
  return { state: 'ok', detail: `our token opens ${link}; without one it is refused` };
}
