import type { Link } from '#model';
import type { BoxDisk } from '../folder/box-disk.ts';
import { FolderTransport, type FolderTransportOptions } from '../folder/folder.transport.ts';
import { SftpDisk, type SftpDiskOptions } from './sftp-disk.ts';

export interface SftpTransportOptions
  extends Omit<FolderTransportOptions, 'root'>, Pick<SftpDiskOptions, 'privateKey' | 'guard' | 'timeoutMs'> {}

/** Carries links over the boxes of an SFTP server: the rules of the folder transport (LB-PROTO-2 §4) over a disk that is reached by SFTP. */
export class SftpTransport extends FolderTransport {
  override readonly kind = 'sftp';
  readonly #options: SftpTransportOptions;

  constructor(options: SftpTransportOptions) {
    super({ ...options, root: '' });
    this.#options = options;
  }

  protected override place({ sftp }: Link): { readonly disk: BoxDisk; readonly path: string } {
    const { privateKey, guard, timeoutMs } = this.#options;
    return { disk: new SftpDisk({ place: sftp!, privateKey, guard, ...(timeoutMs !== undefined && { timeoutMs }) }), path: sftp!.folder };
  }
}
