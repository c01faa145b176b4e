import { PrivateKeys, type SignatureService } from '#exchange';
import { ExchangeError } from '#model';
import type { AnySigner, LocalSigner, PublicJwk, SigningAlgorithm } from '#trust';
import type { KeyFolder } from './key-folder.ts';
import { ModuleSigner } from './module-signer.ts';

/** Our signers as the folder names them: private halves that lie in it, and keys inside a signature service. */
export class FolderPrivateKeys extends PrivateKeys {
  constructor(
    private readonly folder: KeyFolder,
    private readonly services: ReadonlyMap<string, SignatureService> = new Map(),
  ) {
    super();
  }

  override make(alg: SigningAlgorithm): Promise<LocalSigner> {
    return this.folder.make(alg);
  }

  /** Throws CONFIGURATION_INVALID when the key is in a service that SIGNATURE_SERVICES does not name. */
  override async signer(kid: string): Promise<(AnySigner & { readonly jwk: PublicJwk }) | undefined> {
    const local = await this.folder.signerOf(kid);
    const place = local ? undefined : await this.folder.moduleOf(kid);
    return place ? moduleSigner(place.jwk, place.service, this.services) : local;
  }
}

/** Throws CONFIGURATION_INVALID for a service that SIGNATURE_SERVICES does not name. */
export function moduleSigner(jwk: unknown, name: string, services: ReadonlyMap<string, SignatureService>): ModuleSigner {
  const service = services.get(name);
  if (service) return new ModuleSigner(jwk, service);
  throw new ExchangeError('CONFIGURATION_INVALID', {
    pointer: 'SIGNATURE_SERVICES',
    detail: `A key of ours is in ${name}, which it does not name.`,
  });
}
