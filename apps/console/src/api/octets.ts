/** Octets as the gateway writes them in JSON. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export function toBase64(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 8_192) text += String.fromCharCode(...octets.subarray(at, at + 8_192));
  return btoa(text);
}

/** For a person to read. A charset that the browser does not know is read as Latin letters. */
export function textOf(octets: Uint8Array<ArrayBuffer>, charset: string): string {
  try {
    return new TextDecoder(charset, { ignoreBOM: true }).decode(octets);
  } catch {
    return new TextDecoder('latin1').decode(octets);
  }
}
