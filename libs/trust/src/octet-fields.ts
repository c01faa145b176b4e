/**
 * Canonical octets of a row: each field as its length (u32, big-endian) and its UTF-8 text. Two different rows never give the
 * same octets, and no JSON spelling has a say in it (reliability §11). An absent field is an empty one.
 */
export function encodeFields(fields: readonly (string | undefined)[]): Buffer {
  let length = 0;
  for (const field of fields) length += 4 + Buffer.byteLength(field ?? '');
  const octets = Buffer.allocUnsafe(length);
  let at = 0;
  for (const field of fields) {
    const written = octets.write(field ?? '', at + 4);
    octets.writeUInt32BE(written, at);
    at += 4 + written;
  }
  return octets;
}

/** The fields again; undefined when the octets are not exactly a list of fields. */
export function decodeFields(octets: Buffer): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; at < octets.length;) {
    if (at + 4 > octets.length) return undefined;
    const end = at + 4 + octets.readUInt32BE(at);
    if (end > octets.length) return undefined;
    fields.push(octets.toString('utf8', at + 4, end));
    at = end;
  }
  return fields;
}
