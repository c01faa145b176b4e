/** A time-stamping authority (RFC 3161), the operator's choice. */
export abstract class TimeStamper {
  /** A verified token (DER of TimeStampToken) over the SHA-256 of these octets; rejects when the authority gives none that holds. */
  abstract stamp(octets: Buffer): Promise<Buffer>;
  /** When the token says it was made; undefined when it is not about these octets or does not lead to the authority's certificates. */
  abstract judge(token: Buffer, octets: Buffer): Promise<Date | undefined>;
}
