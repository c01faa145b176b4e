import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ExchangeError } from '#model';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Which addresses the gateway may call by itself. A host has to be named by the operator, and may lead to public addresses only; an address that is
 * private, loopback, link-local or otherwise not of the public Internet has to be named itself, or its network. Judged at the moment of connecting,
 * on the address that is connected to, so that a name which answers differently a moment later gains nothing.
 */
export class OutboundGuard {
  readonly #hosts: ReadonlySet<string>;
  readonly #networks: readonly [Address, number][];

  /** `allow`: host names, addresses and networks (CIDR), from the setting `pointer`. Throws CONFIGURATION_INVALID. */
  constructor(allow: readonly string[], pointer: string, lookup: typeof systemLookup = systemLookup) {
    this.#networks = allow.map(networkOf).filter((network) => network !== undefined);
    this.#hosts = new Set(allow.filter((entry) => networkOf(entry) === undefined).map((entry) => entry.toLowerCase()));
    const wrong = [...this.#hosts].find((host) => !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host));
    if (wrong !== undefined)
      throw new ExchangeError('CONFIGURATION_INVALID', {
        pointer,
        detail: 'It holds something that is neither a host name nor an address nor a network.',
      });
    this.lookup = this.#guarded(lookup);
  }

  /** What `node:http` resolves names with. */
  readonly lookup: LookupFunction;

  /** Throws OUTBOUND_REFUSED unless the host of the address may be called. */
  require({ hostname }: URL): void {
    const bare = hostname.replace(/^\[|\]$/g, '').toLowerCase();
    const allowed = ipaddr.isValid(bare) ? this.#covers(ipaddr.process(bare)) : this.#hosts.has(bare);
    if (!allowed) throw new ExchangeError('OUTBOUND_REFUSED');
  }

  #guarded(lookup: typeof systemLookup): LookupFunction {
    return (host, options, done) => {
      lookup(host, { ...options, all: true }, (error, addresses) => {
        if (error) return done(error, '', 0);
        // One address that may not be called spoils the name: nobody is to choose among them for us.
        const refused = addresses.length === 0 || addresses.some(({ address }) => !this.#mayConnect(address));
        if (refused) return done(Object.assign(new ExchangeError('OUTBOUND_REFUSED'), { errno: 0 }), '', 0);
        if (options.all === true) return done(null, addresses);
        done(null, addresses[0]!.address, addresses[0]!.family);
      });
    };
  }

  #mayConnect(address: string): boolean {
    const parsed = ipaddr.process(address);
    return parsed.range() === 'unicast' || this.#covers(parsed);
  }

  #covers(address: Address): boolean {
    return this.#networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network as never, bits));
  }
}

function networkOf(entry: string): [Address, number] | undefined {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  // Three numbers with dots between, or one, are addresses to old programs and names to nobody.
  if (!ipaddr.IPv4.isValidFourPartDecimal(entry) && !ipaddr.IPv6.isValid(entry)) return undefined;
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
