import { PrivateKeys } from '#exchange';
import type { LocalSigner, SigningAlgorithm } from '#trust';
import type { KeyFolder } from './key-folder.ts';

/** The private half of the folder, as the exchange asks for it. */
export class FolderPrivateKeys extends PrivateKeys {
  constructor(private readonly folder: KeyFolder) {
    super();
  }

  override make(alg: SigningAlgorithm): Promise<LocalSigner> {
    return this.folder.make(alg);
  }

  override signer(kid: string): Promise<LocalSigner | undefined> {
    return this.folder.signerOf(kid);
  }
}
