export { SftpTransport, type SftpTransportOptions } from './sftp.transport.ts';
export { fingerprintOf, SftpDisk, type SftpDiskOptions } from './sftp-disk.ts';
