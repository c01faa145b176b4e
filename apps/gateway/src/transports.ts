import { join } from 'node:path';
import type { Provider, Type } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Logger } from 'pino';
import {
  AmqpTransport,
  FolderTransport,
  OutboundGuard,
  SftpTransport,
  PushController,
  PushGate,
  PushTransport,
  MailboxController,
  MailboxGate,
  MailboxTransport,
  SignedTokenGate,
  type AmqpEvent,
} from '#adapters';
import type { Environment } from '#config';
import type { Admission, AgreementBook, Clock, MailboxStore, PassPoint, ReceiveBatch, Signers, Transport } from '#exchange';
import { ExchangeError, type Link } from '#model';
import type { KeyDirectory } from '#trust';

export interface TransportOptions {
  readonly environment: Environment;
  readonly book: AgreementBook;
  readonly mailbox: MailboxStore;
  readonly directory: KeyDirectory;
  readonly signers: Signers;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pass: PassPoint;
  readonly admission: Admission;
  /** Whether this process relays the link now: one process at a time does. */
  readonly holds: (link: string) => boolean;
}

/** The transports in use, by the kind a link names, and what each needs from the HTTP server and from Nest. */
export interface TransportSet {
  /** Throws CONFIGURATION_INVALID for a kind that this process was not set up for. */
  of(link: Link): Transport;
  start(links: readonly Link[], receive: ReceiveBatch): Promise<void>;
  /** From now on exactly these links are carried. */
  follow(links: readonly Link[]): Promise<void>;
  close(): Promise<void>;
  readonly controllers: readonly Type[];
  readonly providers: readonly Provider[];
  readonly strategies: readonly CustomTransportStrategy[];
}

interface Built {
  readonly transport: Transport;
  readonly controllers?: readonly Type[];
  readonly providers?: readonly Provider[];
  readonly strategy?: CustomTransportStrategy;
}

/** One row a transport: all the gateway knows about it. */
const BUILDERS: Record<Link['transport'], (options: TransportOptions) => Built> = {
  amqp: ({ environment, logger, clock, pass, admission }) => {
    if (environment.AMQP_URL === undefined) {
      throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'AMQP_URL', detail: 'A link uses the amqp transport.' });
    }
    const onEvent = (event: AmqpEvent) => logEvent(logger, event);
    // Our own broker, one connection a try: waiting longer would only delay what partners wait for.
    const reconnectCapMs = 5_000;
    const transport = new AmqpTransport({
      url: environment.AMQP_URL,
      ...(environment.AMQP_CA === undefined ? {} : { tls: { ca: environment.AMQP_CA } }),
      reconnectCapMs,
      admission,
      now: () => clock.now(),
      pass,
      onEvent,
    });
    return { transport, strategy: transport.strategy };
  },
  mailbox: ({ mailbox, directory, book, clock, logger, admission }) => {
    const report = (error: unknown) => logger.warn({ err: error }, 'mailbox: will be tried again');
    const transport = new MailboxTransport(mailbox, { admission, now: () => clock.now(), report });
    return {
      transport,
      controllers: [MailboxController],
      providers: [
        { provide: MailboxTransport, useValue: transport },
        { provide: MailboxGate, useValue: new SignedTokenGate(directory, book.gateway, clock) },
      ],
    };
  },
  push: ({ environment, directory, signers, clock, logger, admission }) => {
    const transport = new PushTransport({
      admission,
      guard: new OutboundGuard(environment.PUSH_OUTBOUND_ALLOW, 'PUSH_OUTBOUND_ALLOW'),
      signers,
      secrets: environment.PUSH_WEBHOOK_SECRETS,
      now: () => clock.now(),
      report: (error) => logger.warn({ err: error }, 'push: will be tried again'),
    });
    const origin = environment.PUBLIC_URL === undefined ? undefined : new URL(environment.PUBLIC_URL).origin;
    return {
      transport,
      controllers: [PushController],
      providers: [
        { provide: PushTransport, useValue: transport },
        { provide: PushGate, useValue: new PushGate(directory, origin, clock) },
      ],
    };
  },
  sftp: ({ environment, clock, logger, holds, admission }) => {
    const { SFTP_PRIVATE_KEY: privateKey, SFTP_OUTBOUND_ALLOW: allow } = environment;
    if (privateKey === undefined)
      throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'SFTP_PRIVATE_KEY', detail: 'A link uses the sftp transport.' });
    const guard = new OutboundGuard(allow, 'SFTP_OUTBOUND_ALLOW');
    return {
      transport: new SftpTransport({
        privateKey,
        guard: { require: (url) => guard.require(url), lookup: guard.lookup },
        mayTake: holds,
        lookMs: 5_000,
        admission,
        now: () => clock.now(),
        report: (error) => logger.warn({ err: error }, 'sftp: will be tried again'),
      }),
    };
  },
  folder: ({ environment, clock, logger, holds, admission }) => ({
    transport: new FolderTransport({
      admission,
      root: environment.LANDBRIDGE_FOLDERS ?? join(environment.LANDBRIDGE_DATA, 'folders'),
      mayTake: holds,
      now: () => clock.now(),
      report: (error) => logger.warn({ err: error }, 'folder: will be tried again'),
    }),
  }),
};

/** Those that need nothing outside; they stand ready for links that are agreed on later. */
const ALWAYS: readonly Link['transport'][] = ['mailbox', 'push', 'folder'];

/** Builds the transports that links name or may come to name while the process runs. */
export function buildTransports(options: TransportOptions): TransportSet {
  const named = options.book.links.map(({ transport }) => transport);
  const kinds = new Set([...ALWAYS, ...named, ...(options.environment.AMQP_URL === undefined ? [] : (['amqp'] as const))]);
  const built = new Map([...kinds].map((kind) => [kind, BUILDERS[kind](options)]));
  const all = [...built.values()];
  return {
    of: ({ transport: kind }) => {
      const found = built.get(kind);
      if (found) return found.transport;
      throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'AMQP_URL', detail: 'A link uses the amqp transport.' });
    },
    start: async (links, receive) => {
      await Promise.all(all.map(({ transport }) => transport.start(links, receive)));
    },
    follow: async (links) => {
      await Promise.all(all.map(({ transport }) => transport.follow(links)));
    },
    close: async () => {
      await Promise.all(all.map(({ transport }) => transport.close()));
    },
    controllers: all.flatMap(({ controllers }) => controllers ?? []),
    providers: all.flatMap(({ providers }) => providers ?? []),
    strategies: all.flatMap(({ strategy }) => (strategy ? [strategy] : [])),
  };
}

const QUIET = new Set(['connected', 'consuming', 'unblocked', 'reconnecting']);

function logEvent(logger: Logger, event: AmqpEvent): void {
  logger[QUIET.has(event.kind) ? 'info' : 'warn'](event, `broker: ${event.kind}`);
}
