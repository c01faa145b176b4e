import { ExchangeError, issue, type Issue, type Link } from '#model';
import { readForeignCertificate, secondKey, type ForeignCertificate, type LegacyAllowance, type SecondKey, type XmlSigner } from '#trust';
import type { SignatureService } from './ports/foreign-signature.port.ts';

/** A second signature as one link agreed on it, ready to use. */
export interface SecondTrust {
  readonly policy: 'all' | 'any';
  readonly keys: readonly SecondKey[];
  /** Who judges signatures of a key (by kid) that we cannot judge ourselves. */
  readonly services: ReadonlyMap<string, SignatureService>;
  readonly sign?: { readonly key: SecondKey; readonly service: SignatureService };
}

/** Carried evidence as one link agreed on it, ready to use. */
export interface CarriedTrust {
  readonly scheme: 'xml-dsig' | 'external';
  readonly onFailure: 'refuse' | 'quarantine' | 'keep';
  readonly certificates: readonly ForeignCertificate[];
  readonly legacyAt: (at: Date) => ReadonlySet<LegacyAllowance>;
  readonly service?: SignatureService;
  readonly part?: string;
  readonly sign?: XmlSigner;
}

export interface LinkTrust {
  readonly second?: SecondTrust;
  readonly carried?: CarriedTrust;
}

/** Foreign signatures of every link that agreed on any; links without are not in it. */
export type ForeignTrust = ReadonlyMap<string, LinkTrust>;

export interface ForeignTrustParts {
  /** Signature services of this installation by name. */
  readonly services: ReadonlyMap<string, SignatureService>;
  /** Our own keys for XML signatures by certificate number. */
  readonly xmlKeys: ReadonlyMap<string, XmlSigner['privateKey']>;
}

const NONE: ReadonlySet<LegacyAllowance> = new Set();

/** Reads every key and certificate of the agreements once. Throws CONFIGURATION_INVALID with every fault found. */
export function readForeignTrust(links: readonly Link[], parts: ForeignTrustParts): ForeignTrust {
  const faults: Issue[] = [];
  const trust = new Map<string, LinkTrust>();
  links.forEach((link, index) => {
    if (!link.secondSignature && !link.carriedEvidence) return;
    const at = new Reader(`/links/${index}`, parts, faults);
    const second = link.secondSignature && at.second(link.secondSignature);
    const carried = link.carriedEvidence && at.carried(link.carriedEvidence);
    trust.set(link.id, { ...(second && { second }), ...(carried && { carried }) });
  });
  if (faults.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues: faults });
  return trust;
}

class Reader {
  constructor(
    private readonly pointer: string,
    private readonly parts: ForeignTrustParts,
    private readonly faults: Issue[],
  ) {}

  second({ alg, policy, keys, sign }: NonNullable<Link['secondSignature']>): SecondTrust {
    const pointer = 'secondSignature';
    const services = new Map<string, SignatureService>();
    const read = keys.flatMap(({ publicKey, service: name, from, until, compromisedSince }, index) => {
      const times = { ...(from && { from }), ...(until && { until }), ...(compromisedSince && { compromisedSince }) };
      const key = this.#attempt(`${pointer}/keys/${index}/publicKey`, () => secondKey(publicKey, alg, times));
      const service = this.#service(`${pointer}/keys/${index}/service`, name);
      if (key && service) services.set(key.kid, service);
      if (key && !key.key && !service) this.#fault(`${pointer}/keys/${index}`, 'We cannot judge this algorithm: name a service.');
      return key ? [key] : [];
    });
    const key = sign && this.#attempt(`${pointer}/sign/publicKey`, () => secondKey(sign.publicKey, alg));
    const service = sign && this.#service(`${pointer}/sign/service`, sign.service);
    return { policy, keys: read, services, ...(key && service && { sign: { key, service } }) };
  }

  carried({ scheme, onFailure, service: name, part, certificates, legacy, sign }: NonNullable<Link['carriedEvidence']>): CarriedTrust {
    const pointer = 'carriedEvidence';
    const read = certificates.flatMap(({ keyName, certificate, revokedSince }, index) => {
      const known = this.#attempt(`${pointer}/certificates/${index}`, () => readForeignCertificate(keyName, certificate, revokedSince));
      return known ? [known] : [];
    });
    if (new Set(read.map(({ keyName }) => keyName)).size < read.length) this.#fault(`${pointer}/certificates`, 'A key name is used twice.');
    const service = this.#service(`${pointer}/service`, name);
    if (scheme === 'external' && name === undefined)
      this.#fault(`${pointer}/service`, 'Opaque signatures need a service that judges them.');
    const privateKey = sign && this.parts.xmlKeys.get(sign.keyName);
    if (sign && !privateKey) this.#fault(`${pointer}/sign/keyName`, 'No private key under this number is in the key folder.');
    const allowed = new Set(legacy?.allow);
    return {
      scheme,
      onFailure,
      certificates: read,
      legacyAt: (at) => (legacy && at < legacy.until ? allowed : NONE),
      ...(service && { service }),
      ...(part !== undefined && { part }),
      ...(sign && privateKey && { sign: { ...sign, privateKey } }),
    };
  }

  #service(pointer: string, name: string | undefined): SignatureService | undefined {
    const service = name === undefined ? undefined : this.parts.services.get(name);
    if (name !== undefined && !service) this.#fault(pointer, 'No signature service of this name is configured.');
    return service;
  }

  #attempt<Result>(pointer: string, read: () => Result): Result | undefined {
    try {
      return read();
    } catch (error) {
      this.#fault(pointer, error instanceof ExchangeError ? error.message : 'It cannot be read.');
      return undefined;
    }
  }

  #fault(pointer: string, detail: string): void {
    this.faults.push(issue('CONFIGURATION_INVALID', `${this.pointer}/${pointer}`, detail));
  }
}
