import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MailboxController, MailboxGate, MailboxTransport, type MailboxTransportOptions } from '#adapters';
import type { MailboxStore } from '#exchange';

/** HTTP on loopback in front of one gateway process at a time, as a load balancer would be: the one made last answers. */
export class MailboxServer {
  private server: Server | undefined;
  private port = 0;
  private handler: RequestListener = (_request, response) => void response.writeHead(503).end();
  private readonly apps: INestApplication[] = [];

  constructor(
    private readonly store: MailboxStore,
    private readonly gate: MailboxGate,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A gateway process: its transport, and its controller in Nest. */
  async transport(options: MailboxTransportOptions = {}): Promise<MailboxTransport> {
    const transport = new MailboxTransport(this.store, { retryBaseMs: 5, lookMs: 200, ...options });
    const module = await Test.createTestingModule({
      controllers: [MailboxController],
      providers: [
        { provide: MailboxTransport, useValue: transport },
        { provide: MailboxGate, useValue: this.gate },
      ],
    }).compile();
    const app = await module.createNestApplication({ logger: false, bodyParser: false }).init();
    this.apps.push(app);
    this.handler = app.getHttpAdapter().getInstance() as RequestListener;
    return transport;
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => this.handler(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Tears every connection down, answered or not. */
  async hangUp(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    this.server?.closeAllConnections();
    await closed;
  }

  async close(): Promise<void> {
    await this.hangUp();
    await Promise.all(this.apps.map((app) => app.close()));
  }
}
