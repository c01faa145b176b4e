import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody's webhook on loopback. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** What it answers; `hangs`: nothing. */
  conduct: number | 'hangs' | 'redirects' = 204;
  #server!: Server;

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        receiver.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
        const { conduct } = receiver;
        if (conduct === 'hangs') return;
        if (conduct === 'redirects') response.writeHead(307, { location: `${receiver.url}again` }).end();
        else response.writeHead(conduct).end('x'.repeat(100));
      });
    });
    await new Promise<void>((done) => receiver.#server.listen(0, '127.0.0.1', done));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

/** A mail server on loopback that keeps what it is given. */
export class MailServer {
  readonly mails: { readonly to: readonly string[]; readonly text: string }[] = [];
  readonly logins: string[] = [];
  refuses = false;
  #server!: SMTPServer;

  static async start(): Promise<MailServer> {
    const mail = new MailServer();
    mail.#server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        mail.logins.push(`${username}:${password}`);
        done(null, { user: username });
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (mail.refuses) return done(Object.assign(new Error('mailbox of somebody@secret.example is full'), { responseCode: 452 }));
          mail.mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString('utf8') });
          done();
        });
      },
    });
    await new Promise<void>((done) => mail.#server.listen(0, '127.0.0.1', () => done()));
    return mail;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.#server.close(() => done()));
  }
}
