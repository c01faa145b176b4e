import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import * as asn1 from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  ContentInfo,
  MessageImprint,
  PKIStatus,
  SignedData,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
} from 'pkijs';
import { TimeStamper } from '#exchange';
import { ExchangeError } from '#model';

export interface TimeStamperOptions {
  /** Where the authority answers; the operator's configuration. */
  readonly url: string;
  /** Certificates in PEM that a token must lead to. */
  readonly trusted: string;
  readonly timeoutMilliseconds?: number;
}

const SHA_256 = '2.16.840.1.101.3.4.2.1';
const ID_SIGNED_DATA = '1.2.840.113549.1.7.2';
const ID_CT_TST_INFO = '1.2.840.113549.1.9.16.1.4';
const ID_KP_TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
/** A token with a chain of certificates is a few kilobytes. */
const MAX_ANSWER = 256 * 1024;

/** Asks an authority over HTTP (RFC 3161 §3.4) and believes only a token that is about our digest and leads to its certificates. */
export class Rfc3161TimeStamper extends TimeStamper {
  readonly #options: TimeStamperOptions;
  readonly #trusted: Certificate[];

  constructor(options: TimeStamperOptions) {
    super();
    this.#options = options;
    this.#trusted = certificatesOf(options.trusted);
  }

  override async stamp(octets: Buffer): Promise<Buffer> {
    const nonce = randomBytes(8);
    // DER: a positive integer without leading zeros.
    nonce[0] = (nonce[0]! & 0x7f) | 0x40;
    const request = new TimeStampReq({
      version: 1,
      messageImprint: new MessageImprint({
        hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA_256 }),
        hashedMessage: new asn1.OctetString({ valueHex: new Uint8Array(createHash('sha256').update(octets).digest()).buffer }),
      }),
      nonce: new asn1.Integer({ valueHex: new Uint8Array(nonce).buffer }),
      certReq: true,
    });
    const answer = await this.#ask(Buffer.from(request.toSchema().toBER(false)));
    const { status, timeStampToken } = read(() => TimeStampResp.fromBER(new Uint8Array(answer).buffer));
    if (status.status !== PKIStatus.granted && status.status !== PKIStatus.grantedWithMods)
      throw refused(`The authority answered with status ${status.status}.`);
    if (!timeStampToken) throw refused('The answer holds no token.');
    const token = Buffer.from(timeStampToken.toSchema().toBER(false));
    const judged = await this.#judge(token, octets, nonce);
    if (typeof judged === 'string') throw refused(judged);
    return token;
  }

  override async judge(token: Buffer, octets: Buffer): Promise<Date | undefined> {
    const judged = await this.#judge(token, octets).catch(() => 'unreadable');
    return typeof judged === 'string' ? undefined : judged;
  }

  async #ask(request: Buffer): Promise<Buffer> {
    try {
      const response = await fetch(this.#options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
        body: new Uint8Array(request),
        redirect: 'error',
        signal: AbortSignal.timeout(this.#options.timeoutMilliseconds ?? 20_000),
      });
      if (!response.ok) throw refused(`The authority answered with HTTP status ${response.status}.`);
      return await limited(response);
    } catch (cause) {
      throw cause instanceof ExchangeError ? cause : new ExchangeError('TIMESTAMP_UNAVAILABLE', { cause });
    }
  }

  /** The time of the token, or why it is not believed. */
  async #judge(token: Buffer, octets: Buffer, nonce?: Buffer): Promise<Date | string> {
    const info = read(() => ContentInfo.fromBER(new Uint8Array(token).buffer));
    if (info.contentType !== ID_SIGNED_DATA) return 'The token is not signed data.';
    const signed = read(() => new SignedData({ schema: info.content }));
    const content = signed.encapContentInfo.eContent?.getValue();
    if (signed.encapContentInfo.eContentType !== ID_CT_TST_INFO || !content) return 'The token holds no time-stamp.';
    const stamp = read(() => TSTInfo.fromBER(content));
    const digest = createHash('sha256').update(octets).digest();
    const { hashAlgorithm, hashedMessage } = stamp.messageImprint;
    if (hashAlgorithm.algorithmId !== SHA_256 || !digest.equals(Buffer.from(hashedMessage.valueBlock.valueHexView)))
      return 'The token is about another digest.';
    if (nonce && !nonce.equals(Buffer.from(stamp.nonce?.valueBlock.valueHexView ?? []))) return 'The token answers another request.';
    const verdict = await signed.verify({
      signer: 0,
      data: new Uint8Array(octets).buffer,
      trustedCerts: this.#trusted,
      checkChain: true,
      checkDate: stamp.genTime,
      extendedMode: true,
    });
    if (!verdict.signatureVerified || verdict.signerCertificateVerified !== true)
      return 'The signature does not lead to the certificates configured.';
    return mayStamp(verdict.signerCertificate ?? undefined) ? stamp.genTime : 'The certificate is not one for time-stamping.';
  }
}

/** RFC 3161 §2.3: extended key usage, time-stamping and nothing else. */
function mayStamp(certificate: Certificate | undefined): boolean {
  if (!certificate) return false;
  const { keyUsage } = new X509Certificate(Buffer.from(certificate.toSchema(true).toBER(false)));
  return keyUsage?.length === 1 && keyUsage[0] === ID_KP_TIME_STAMPING;
}

function certificatesOf(pem: string): Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => Certificate.fromBER(new Uint8Array(new X509Certificate(block).raw).buffer));
  } catch (cause) {
    throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'TSA_CA', detail: 'It holds something that is not a certificate.', cause });
  }
}

async function limited(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw refused('The answer is larger than any token.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function read<T>(from: () => T): T {
  try {
    return from();
  } catch (cause) {
    throw new ExchangeError('TIMESTAMP_UNAVAILABLE', { detail: 'The answer cannot be read.', cause });
  }
}

const refused = (detail: string): ExchangeError => new ExchangeError('TIMESTAMP_UNAVAILABLE', { detail });
