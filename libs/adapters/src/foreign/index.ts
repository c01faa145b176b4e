import type { SignatureService } from '#exchange';
import { HttpSignatureService } from './http-signature-service.ts';
import { ProcessSignatureService } from './process-signature-service.ts';

export { HttpSignatureService } from './http-signature-service.ts';
export { ProcessSignatureService } from './process-signature-service.ts';

/** Signature services as the setting SIGNATURE_SERVICES names them: a loopback address or the path of a program each. */
export function signatureServices(places: ReadonlyMap<string, string>): ReadonlyMap<string, SignatureService> {
  const build = (place: string) => (place.startsWith('/') ? new ProcessSignatureService(place) : new HttpSignatureService(place));
  return new Map([...places].map(([name, place]) => [name, build(place)]));
}
