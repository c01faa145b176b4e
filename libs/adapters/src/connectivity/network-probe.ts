import { X509Certificate } from 'node:crypto';
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { NetworkProbe, type Found, type NetworkRow } from '#onboarding';

export interface SocketProbeOptions {
  /** `http(s)://` or `amqp(s)://`. */
  readonly url: string;
  readonly ca?: string | undefined;
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
  /** The row that needs the transport itself. */
  readonly permissions: () => Promise<Found>;
  readonly now: () => Date;
  readonly timeoutMs?: number;
  /** Resolves names, and refuses addresses that may not be called: where a partner chose the address. */
  readonly lookup?: LookupFunction;
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'amqp:': 5672, 'amqps:': 5671 };
/** Days before the end of a certificate from which on the row says so. */
const SOON_DAYS = 30;
const DAY = 86_400_000;

/** Names, ports, TLS and certificates at the address an operator gave. Never rejects; every failure has the system's own code. */
export class SocketProbe extends NetworkProbe {
  readonly #url: URL;
  readonly #host: string;
  readonly #port: number;

  constructor(private readonly options: SocketProbeOptions) {
    super();
    this.#url = new URL(options.url);
    this.#host = this.#url.hostname.replace(/^\[|\]$/g, '');
    this.#port = Number(this.#url.port) || (PORTS[this.#url.protocol] ?? 443);
  }

  async probe(row: NetworkRow): Promise<Found> {
    const rows: Record<NetworkRow, () => Promise<Found>> = {
      dns: () => this.#dns(),
      tcp: () => this.#tcp(),
      tls: () => this.#tls(),
      'client-certificate': () => this.#client(),
      'queue-permissions': this.options.permissions,
    };
    return rows[row]().catch((error: unknown) => failure(error));
  }

  get #lookup(): LookupFunction {
    return this.options.lookup ?? systemLookup;
  }

  #addresses(): Promise<readonly LookupAddress[]> {
    return new Promise((resolve, reject) => {
      this.#lookup(this.#host, { all: true }, (error, found) => (error ? reject(error) : resolve(Array.isArray(found) ? found : [])));
    });
  }

  get #secure(): boolean {
    return this.#url.protocol === 'https:' || this.#url.protocol === 'amqps:';
  }

  async #dns(): Promise<Found> {
    const found = await this.#addresses();
    return { state: 'ok', detail: `${this.#host} is ${found.map(({ address }) => address).join(', ')}` };
  }

  async #tcp(): Promise<Found> {
    const socket = await this.#opened(() => connectTcp({ host: this.#host, port: this.#port, lookup: this.#lookup }), 'connect');
    const peer = `${socket.remoteAddress ?? ''} port ${this.#port}`;
    socket.destroy();
    return { state: 'ok', detail: `connected to ${peer}` };
  }

  async #tls(): Promise<Found> {
    if (!this.#secure) {
      const { address = '' } = (await this.#addresses())[0] ?? {};
      const local = address === '::1' || address.startsWith('127.');
      return local
        ? { state: 'not applicable', detail: 'This address does not leave the machine and is spoken without TLS.' }
        : { state: 'failed', code: 'TLS_MISSING', detail: `${this.#url.protocol}// is spoken in clear.` };
    }
    const socket = await this.#handshake();
    const detail = `${socket.getProtocol() ?? ''} ${socket.getCipher().standardName}, certificate until ${socket.getPeerCertificate().valid_to}`;
    socket.destroy();
    return { state: 'ok', detail };
  }

  async #client(): Promise<Found> {
    const { clientCertificate, now } = this.options;
    if (!this.#secure) return { state: 'not applicable', detail: 'There is no TLS to present one in.' };
    if (!clientCertificate) return { state: 'not applicable', detail: 'None was given.' };
    const certificate = new X509Certificate(clientCertificate.cert);
    const days = Math.floor((Date.parse(certificate.validTo) - now().getTime()) / DAY);
    if (days < 0) return { state: 'failed', code: 'CERT_HAS_EXPIRED', detail: `It ended on ${certificate.validTo}.` };
    const socket = await this.#handshake();
    try {
      // In TLS 1.3 a refused certificate shows only with the first octets that come back.
      await this.#firstAnswer(socket);
    } finally {
      socket.destroy();
    }
    return { state: 'ok', detail: `accepted; ${days} days left${days < SOON_DAYS ? ', renew it now' : ''}` };
  }

  #handshake(): Promise<TLSSocket> {
    const { ca, clientCertificate } = this.options;
    const name = isIP(this.#host) ? {} : { servername: this.#host };
    const open = () =>
      connectTls({
        host: this.#host,
        port: this.#port,
        minVersion: 'TLSv1.2',
        lookup: this.#lookup,
        ...name,
        ...(ca === undefined ? {} : { ca }),
        ...clientCertificate,
      });
    return this.#opened(open, 'secureConnect');
  }

  #firstAnswer(socket: TLSSocket): Promise<void> {
    const hello =
      this.#url.protocol === 'amqps:'
        ? Buffer.from('AMQP\0\0\x09\x01', 'latin1')
        : Buffer.from(`HEAD / HTTP/1.1\r\nHost: ${this.#url.host}\r\nConnection: close\r\n\r\n`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(timedOut()), this.options.timeoutMs ?? 10_000);
      const end = (settle: () => void) => () => (clearTimeout(timer), settle());
      socket.once('data', end(resolve));
      socket.once('error', (error) => end(() => reject(error))());
      socket.once(
        'end',
        end(() => reject(Object.assign(new Error('The other side hung up.'), { code: 'ECONNRESET' }))),
      );
      socket.write(hello);
    });
  }

  #opened<S extends Socket>(open: () => S, event: string): Promise<S> {
    return new Promise((resolve, reject) => {
      const socket = open();
      const timer = setTimeout(() => (socket.destroy(), reject(timedOut())), this.options.timeoutMs ?? 10_000);
      socket.once(event, () => (clearTimeout(timer), resolve(socket)));
      socket.once('error', (error) => (clearTimeout(timer), reject(error)));
    });
  }
}

const timedOut = (): Error => Object.assign(new Error('No answer in time.'), { code: 'ETIMEDOUT' });

/** What the codes of the system and of TLS mean here. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The name does not exist.',
  EAI_AGAIN: 'The resolver does not answer.',
  ECONNREFUSED: 'Nothing listens on this port.',
  ETIMEDOUT: 'No answer in time: usually a firewall.',
  EHOSTUNREACH: 'There is no way to this address.',
  ECONNRESET: 'The other side hung up.',
  CERT_HAS_EXPIRED: 'Its certificate has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Its certificate is for another name.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate is from an authority not known here.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is signed by itself and not known here.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The authority of its certificate is not known here.',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'It asks for a client certificate.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'It does not speak TLS on this port.',
};

function failure(error: unknown): Found {
  const code = (error as { code?: string }).code ?? 'FAILED';
  const said = error instanceof Error ? error.message : String(error);
  return { state: 'failed', code, detail: MEANINGS[code] ?? said };
}
