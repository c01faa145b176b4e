import type { Provider, Type } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Logger } from 'pino';
import { AmqpTransport, type AmqpEvent } from '#adapters';
import type { Environment } from '#config';
import type { AgreementBook, Clock, MailboxStore, PassPoint, ReceiveBatch, Transport } from '#exchange';
import { ExchangeError, type Link } from '#model';
import type { KeyDirectory } from '#trust';

export interface TransportOptions {
  readonly environment: Environment;
  readonly book: AgreementBook;
  readonly mailbox: MailboxStore;
  readonly directory: KeyDirectory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pass: PassPoint;
}

/** The transports in use, by the kind a link names, and what each needs from the HTTP server and from Nest. */
export interface TransportSet {
  of(link: Link): Transport;
  start(links: readonly Link[], receive: ReceiveBatch): Promise<void>;
  close(): Promise<void>;
  readonly controllers: readonly Type[];
  readonly providers: readonly Provider[];
  readonly strategies: readonly CustomTransportStrategy[];
}
