/** Certificates made with the openssl program, self-signed, for tests of signatures that are not of our profile. */
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificate {
  readonly privateKey: KeyObject;
  readonly pem: string;
  /** The number of the certificate, as partners write it into KeyName. */
  readonly number: string;
}

/** `newkey` as `openssl req -newkey` takes it, for example `rsa:3072`. Valid from now for `days`. */
export function makeCertificate(subject: string, newkey = 'rsa:3072', days = 30): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-certificate-'));
  try {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const kind = newkey === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-newkey', newkey];
    const names = ['-subj', `/CN=${subject}`, '-utf8', '-days', String(days)];
    execFileSync('openssl', ['req', '-x509', '-nodes', ...kind, '-keyout', key, '-out', certificate, ...names], { stdio: 'ignore' });
    const pem = readFileSync(certificate, 'utf8');
    return { pem, privateKey: createPrivateKey(readFileSync(key)), number: new X509Certificate(pem).serialNumber };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
