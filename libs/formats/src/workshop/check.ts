/** Samples by an overlay beside the same samples by its base. */
import type { Issue } from '#model';
import type { TextFile } from '../mapping/codelists.ts';
import { createTranslator, type TranslatorFiles } from '../translator.ts';
import { compareMessages, type DifferenceKind } from '../tools/diff.ts';
import { judge } from './judge.ts';
import type { WorkshopSample } from './workshop.ts';

/** Mapping files beyond those installed: an overlay, and the partner's code lists. */
export interface OverlayFiles {
  readonly id: string;
  readonly text: string;
  readonly codelists: readonly TextFile[];
}

/** One difference of the canonical message by the overlay from the one by the base. */
export interface OutputDifference {
  readonly kind: DifferenceKind;
  readonly path: string;
  /** Places in the document; absent on the side that has nothing. */
  readonly before?: { readonly pointer: string; readonly value: unknown };
  readonly after?: { readonly pointer: string; readonly value: unknown };
}

export interface SampleCheck {
  readonly name: string;
  readonly valid: boolean;
  readonly validBefore: boolean;
  readonly issues: readonly Issue[];
  readonly differences: readonly OutputDifference[];
}

/** Throws CONFIGURATION_INVALID with every fault of the overlay. */
export function checkOverlay(
  files: TranslatorFiles,
  overlay: OverlayFiles,
  samples: readonly WorkshopSample[],
  { base, maxBytes }: { readonly base: string; readonly maxBytes?: number },
): SampleCheck[] {
  const before = createTranslator(files, { lazily: true });
  const after = createTranslator(withOverlay(files, overlay), { lazily: true });
  return samples.map(({ name, bytes, charsets }) => {
    const reading = { ...(charsets && { charsets }), ...(maxBytes !== undefined && { maxBytes }) };
    const [one, other] = [judge(bytes, before, { ...reading, mapping: base }), judge(bytes, after, { ...reading, mapping: overlay.id })];
    return {
      name,
      valid: other.valid,
      validBefore: one.valid,
      issues: other.issues,
      differences: other.decoded.messages.flatMap((message, index) => {
        const same = one.decoded.messages[index];
        if (!same) return [];
        return compareMessages(same.message, message.message).map(({ kind, path, before: left, after: right }) => ({
          kind,
          path,
          ...(left && { before: { pointer: same.locate(left.pointer), value: left.value } }),
          ...(right && { after: { pointer: message.locate(right.pointer), value: right.value } }),
        }));
      }),
    };
  });
}

/** The files with an overlay in place of one of the same id. */
export const withOverlay = (files: TranslatorFiles, { id, text, codelists }: OverlayFiles): TranslatorFiles => ({
  ...files,
  mappings: [...files.mappings.filter(({ path }) => path !== id), { path: id, text }],
  codelists: [...files.codelists.filter(({ path }) => !codelists.some((own) => own.path === path)), ...codelists],
});
