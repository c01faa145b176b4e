/** Documents made from a mapping's own rules, for whoever tests another system: free text in one script, valid where content rules allow it. */
import type { Issue } from '#model';
import type { Translator } from '../api.ts';
import { decodeDocument } from '../mapping/decode.ts';
import type { CompiledMapping } from '../mapping/rules.ts';
import { seededChooser } from '../mapping/testing/chooser.ts';
import { faultsOf } from '../mapping/testing/faults.ts';
import { generate, reservedIn } from '../mapping/testing/generate.ts';
import { writeXml } from '../xml/writer.ts';

/** What free text of a sample is written in. Each has what others lack: Kazakh its own nine letters, Chinese a character beyond the first plane. */
export const SCRIPTS = {
  latin: [...'ABCXYZabc0129-., '],
  chinese: [...'连云港霍尔果斯口岸陆桥货运单𠀀0129 '],
  cyrillic: [...'АБЖЩЫЭЮЯабжщыэюяёЁ0129- '],
  kazakh: [...'ӘҒҚҢӨҰҮҺІәғқңөұүһі0129- '],
} as const;
export type Script = keyof typeof SCRIPTS;

export interface Sample {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly charset: string;
  readonly functionCode: string;
  /** The errors a receiver must find, by this gateway's own reading; none: the document is valid. */
  readonly errors: readonly Pick<Issue, 'code' | 'pointer'>[];
}

/** Documents tried before one with errors of content (check digits, sums) is taken as it is. */
const TRIES = 2;
const POOL = 4;

/** A document of this mapping. Same arguments, same octets. Undefined where none of the tries can be written in UTF-8. */
export function sampleOf(mapping: CompiledMapping, translator: Translator, script: Script, seed: number): Sample | undefined {
  const chooser = seededChooser(seed, reservedIn(mapping), { alphabet: SCRIPTS[script], pool: POOL });
  const codes = mapping.functions?.codes ?? ['-'];
  let best: Sample | undefined;
  for (let run = 0; run < TRIES && best?.errors.length !== 0; run++) {
    const { message } = decodeDocument(mapping, generate(mapping, 0, chooser));
    const { bytes, mediaType, charset } = translator.encode(message, { mapping: mapping.ref.id, parameters: {} });
    if (bytes.length === 0) continue;
    const errors = errorsIn(translator, bytes);
    if (!best || errors.length < best.errors.length) best = { bytes, mediaType, charset, functionCode: codes[0] as string, errors };
  }
  return best;
}

/** The same kind of document with one structural fault (a mandatory field left out, one too many); undefined where the rules allow none. */
export function faultySampleOf(mapping: CompiledMapping, translator: Translator, script: Script, seed: number): Sample | undefined {
  if (mapping.syntax !== 'xml') return undefined;
  const document = generate(mapping, 0, seededChooser(seed, reservedIn(mapping), { alphabet: SCRIPTS[script], pool: POOL }));
  const fault = faultsOf(mapping, 0, document).find(({ code }) => code === 'FIELD_MISSING');
  if (!fault) return undefined;
  fault.apply();
  const { bytes, charset } = writeXml(document, { parameters: {}, namespace: document.namespace });
  const errors = errorsIn(translator, bytes);
  if (!errors.some(({ code }) => code === fault.code)) return undefined;
  return { bytes, mediaType: 'application/xml', charset, functionCode: mapping.functions?.codes[0] ?? '-', errors };
}

function errorsIn(translator: Translator, bytes: Buffer): Sample['errors'] {
  const { issues, messages } = translator.decode(bytes);
  const all = [...issues, ...messages.flatMap((one) => [...one.issues, ...translator.check(one.message)])];
  return all.filter(({ severity }) => severity === 'error').map(({ code, pointer }) => ({ code, pointer }));
}
