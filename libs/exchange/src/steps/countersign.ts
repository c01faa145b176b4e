import { decodeText, declaredXmlEncoding, encodeText } from '#formats';
import { issue } from '#model';
import { signXml } from '#trust';
import type { ForeignTrust } from '../foreign-trust.ts';
import type { Onward, Understood } from './understand.ts';

/**
 * Signs the documents that go to partners who expect an XML signature in them, with our key for that partner. After
 * understanding, because that happens in threads that hold no key. Deterministic, so planning again makes the same message.
 * A document that cannot be signed parks its message: nothing goes out unsigned.
 */
export function countersign(understood: Understood, trust: ForeignTrust): Understood {
  if (understood.onward.every(({ link }) => !trust.get(link.id)?.carried?.sign)) return understood;
  const onward: Onward[] = [];
  for (const one of understood.onward) {
    const payload = signed(one, trust);
    if (payload) onward.push({ ...one, payload });
    else {
      const failed = issue('TRANSLATION_FAILED', '', `Receiver ${one.route.to}, the document cannot be signed.`);
      return { ...understood, state: 'parked', issues: [...understood.issues, failed], onward: [] };
    }
  }
  return { ...understood, onward };
}

function signed({ link, payload, mediaType, charset }: Onward, trust: ForeignTrust): Buffer | undefined {
  const signer = trust.get(link.id)?.carried?.sign;
  if (!signer || mediaType !== 'application/xml') return payload;
  const decoded = decodeText(payload, declaredXmlEncoding(payload), [charset]);
  if (!('text' in decoded)) return undefined;
  const encoded = encodeText(signXml(decoded.text, signer), charset);
  return 'bytes' in encoded ? encoded.bytes : undefined;
}
