/** Which places of two forms say different things. */
import type { DecodedMessage, Difference } from '#formats';
import { compareContent, MASK, type ReadContent } from './content.ts';
import type { ContentForm, Laid } from './forms.ts';

/** `message`: which of an interchange, from 1. */
export type FormDifference = Difference & { readonly message: number };

/** One side of a comparison, laid out as it is and as everybody may see it. */
export interface Side {
  readonly form: ContentForm;
  readonly whole: Laid;
  readonly masked: Laid;
  readonly read: ReadContent;
  readonly messages: readonly DecodedMessage[];
}

interface Circumstances {
  /** Both are forms of one message. */
  readonly same: boolean;
  readonly open: boolean;
}

/**
 * Two documents or canonical messages differ in canonical terms unless both are of one format, which has terms of its own; a
 * document and what it means differ where a rule converted. Undefined where the two have no places in common.
 */
export function compareForms(before: Side, after: Side, { same, open }: Circumstances): readonly FormDifference[] | undefined {
  const told = [before, after].map(({ form }) => form === 'document' || form === 'canonical');
  if (told[0] !== told[1]) return undefined;
  if (!told[0]) return before.form === after.form ? byPlace(before, after, open) : undefined;
  if (same && before.form !== after.form) return converted(before.form === 'document' ? before : after, before.form === 'document', open);
  if (before.form === 'document' && after.form === 'document' && rootOf(before) === rootOf(after)) return byPlace(before, after, open);
  return compareContent(before.messages, after.messages, open);
}

const rootOf = ({ whole }: Side): string => /^\/[^/]*/.exec([...whole.leaves.keys()][0] ?? '')?.[0] ?? '';

/** What differs is found in the values and told in those that may be seen. */
function byPlace(before: Side, after: Side, open: boolean): FormDifference[] {
  const places = new Set([...before.whole.leaves.keys(), ...after.whole.leaves.keys()]);
  return [...places].flatMap((place): FormDifference[] => {
    const [one, other] = [before.whole.leaves.get(place), after.whole.leaves.get(place)];
    if (one === other) return [];
    const seen = ({ whole, masked }: Side) => ({ pointer: place, value: (open ? whole : masked).leaves.get(place) ?? MASK });
    return [
      {
        kind: one === undefined ? 'added' : other === undefined ? 'removed' : 'changed',
        path: place,
        message: 1,
        ...(one !== undefined && { before: seen(before) }),
        ...(other !== undefined && { after: seen(after) }),
      },
    ];
  });
}

/** Where a document and its canonical message write one thing differently. */
function converted({ read }: Side, documentFirst: boolean, open: boolean): FormDifference[] {
  return read.fields.flatMap(({ pointer, canonical, value, meaning, masked }): FormDifference[] => {
    if (canonical === undefined || value === meaning) return [];
    const hidden = masked && !open;
    const document = { pointer, value: hidden ? MASK : value };
    const said = { pointer: canonical, value: hidden ? MASK : meaning };
    return [
      {
        kind: 'changed',
        path: `${pointer} → ${canonical}`,
        message: 1,
        before: documentFirst ? document : said,
        after: documentFirst ? said : document,
      },
    ];
  });
}
