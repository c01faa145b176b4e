import { createPublicKey, randomBytes } from 'node:crypto';
import { moduleSigner, signatureServices } from '#adapters';
import { loadEnvironment } from '#config';
import { ExchangeError } from '#model';
import { signedBy } from '#trust';
import { recordCommand } from '../audited.ts';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readSmallFile } from '../input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { fingerprintOf } from './fingerprint.ts';
import { openKeys, requireParty } from './key-place.ts';

/** `landbridge keys attach`. Nothing is stored before the service proved that it holds the private half. */
export async function attachKey(
  terminal: Terminal,
  file: string,
  { party, service, keys, json }: CommonOptions & { readonly party: string; readonly service: string; readonly keys?: string },
): Promise<ExitCode> {
  requireParty(party);
  const jwk = publicKeyIn((await readSmallFile(file, terminal)).toString('utf8'));
  const signer = moduleSigner(jwk, service, signatureServices(loadEnvironment().SIGNATURE_SERVICES));
  await signedBy(signer, (proof) => proof.sign(CHALLENGE));
  const { kid, alg } = signer;
  await recordCommand('key.attach', `party:${party}`, { kid, alg, service });
  await (await openKeys(keys)).attach(party, signer, service, new Date());
  const fingerprint = fingerprintOf(kid);
  if (json) terminal.json({ party, kid, alg, fingerprint, service });
  else terminal.line(`${party}  ${alg}  ${kid}  in ${service}\n${fingerprint}`);
  return EXIT.OK;
}

const CHALLENGE = Buffer.concat([Buffer.from('landbridge keys attach '), randomBytes(32)]);

function publicKeyIn(text: string): unknown {
  try {
    return text.trimStart().startsWith('{') ? (JSON.parse(text) as unknown) : createPublicKey(text).export({ format: 'jwk' });
  } catch {
    throw new ExchangeError('KEY_REFUSED', { detail: 'The file holds neither a JWK nor a public key in PEM.' });
  }
}
