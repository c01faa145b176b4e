import { ExchangeError, type Link } from '#model';
import { attachSecond, decodeFrame, parseManifest, prepareSecond, readCompact, MAX_JWS, sha256, TYPES } from '#trust';
import type { ForeignTrust, SecondTrust } from './foreign-trust.ts';
import type { Clock } from './ports/clock.port.ts';
import type { CarriedEvidence, SecondSignatureStore } from './ports/foreign-signature.port.ts';
import { Transport, type LinkCondition, type OutboundItem, type ReceiveBatch, type SendOutcome } from './ports/transport.port.ts';

export interface SecondSigningOptions {
  readonly trust: ForeignTrust;
  readonly store: SecondSignatureStore;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

type Signing = NonNullable<SecondTrust['sign']>;

/**
 * Puts our second signature on what goes out, between the relay and the transport of a link that agreed on one. It is made
 * after the commit and kept before the first attempt, so the pipeline never waits for somebody else's module, every attempt
 * carries the same octets, and a module that does not answer holds up its own link only: the relay tries again.
 */
export class SecondSigningTransport extends Transport {
  readonly kind: Transport['kind'];
  override readonly answersAtOnce: boolean;

  constructor(
    private readonly inner: Transport,
    private readonly options: SecondSigningOptions,
  ) {
    super();
    this.kind = inner.kind;
    this.answersAtOnce = inner.answersAtOnce;
  }

  override async send(link: Link, items: readonly OutboundItem[]): Promise<readonly SendOutcome[]> {
    const sign = this.options.trust.get(link.id)?.second?.sign;
    if (!sign || items.every(({ kind }) => kind !== 'message')) return this.inner.send(link, items);
    let artefacts: ReadonlyMap<string, Buffer>;
    try {
      artefacts = await this.#artefacts(link, items, sign);
    } catch (error) {
      this.options.report(error);
      const code = error instanceof ExchangeError ? error.code : 'SIGNATURE_SERVICE_UNAVAILABLE';
      return items.map(({ id }) => ({ id, sent: false, code }));
    }
    return this.inner.send(
      link,
      items.map((item) => {
        const second = artefacts.get(item.messageId);
        return second ? { ...item, frame: attachSecond(item.frame, second) } : item;
      }),
    );
  }

  /** One look and at most one write a window, whatever its size. */
  async #artefacts(link: Link, items: readonly OutboundItem[], sign: Signing): Promise<ReadonlyMap<string, Buffer>> {
    const { store } = this.options;
    const messages = items.filter(({ kind }) => kind === 'message');
    const kept = await store.find(messages.map(({ messageId }) => messageId));
    const missing = messages.filter(({ messageId }) => !kept.has(messageId));
    if (missing.length === 0) return kept;
    const made = await Promise.all(missing.map((item) => this.#sign(link, item, sign)));
    return new Map([...kept, ...(await store.keep(made))]);
  }

  async #sign(link: Link, { messageId, frame }: OutboundItem, { key, service }: Signing): Promise<CarriedEvidence> {
    const at = this.options.clock.now();
    const decoded = decodeFrame(frame);
    const jws = decoded.ok ? readCompact(decoded.jws, MAX_JWS[TYPES.message]) : decoded;
    if (!decoded.ok || !jws.ok || !parseManifest(jws.payload).ok)
      throw new ExchangeError('INTERNAL', { detail: 'A stored frame is not ours.' });
    const { input, finish } = prepareSecond(decoded.jws, key, at);
    const signature = finish(await service.sign({ algorithm: key.alg, kid: key.kid, publicKey: key.pem, input }));
    return {
      subject: `out:${messageId}`,
      link: link.id,
      scheme: 'jws-second',
      keyName: key.kid,
      algorithm: key.alg,
      verdict: 'made',
      at,
      bytesDigest: sha256(jws.payload),
      signature,
    };
  }

  override start(links: readonly Link[], receive: ReceiveBatch): Promise<void> {
    return this.inner.start(links, receive);
  }
  override follow(links: readonly Link[]): Promise<void> {
    return this.inner.follow(links);
  }
  override condition(link: string): LinkCondition {
    return this.inner.condition(link);
  }
  override onUp(listener: (link: string) => void): void {
    this.inner.onUp(listener);
  }
  override close(): Promise<void> {
    return this.inner.close();
  }
}

/** The transport of a link, with our second signature where the link agreed on one. One wrapper for each transport. */
export function withSecondSigning(transportOf: (link: Link) => Transport, options: SecondSigningOptions): (link: Link) => Transport {
  const wrapped = new Map<Transport, SecondSigningTransport>();
  return (link) => {
    const inner = transportOf(link);
    if (!options.trust.get(link.id)?.second?.sign) return inner;
    const known = wrapped.get(inner) ?? new SecondSigningTransport(inner, options);
    wrapped.set(inner, known);
    return known;
  };
}
