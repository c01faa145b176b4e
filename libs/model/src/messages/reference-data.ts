import { z } from 'zod';
import { DocumentNumber, LanguageText, NamedParty, SpecifiedPeriod } from '../corridor.ts';
import { Code } from '../values.ts';
import { base } from './header.ts';

/** One entry of a list: a code, what it means, and its counterparts in other lists. */
export const ReferenceEntry = z.strictObject({
  code: DocumentNumber,
  /** add, change, end (list ReferenceAction); absent in a complete list. */
  actionCode: Code.optional(),
  name: z.array(LanguageText).optional(),
  /** Code of the entry above it: the railway of a station, the office of a post. */
  parentCode: z.string().optional(),
  validityPeriod: SpecifiedPeriod.optional(),
  equivalentCode: z.array(Code).optional(),
  /** Further facts by name: credit class of a party, gauge of a station. */
  attribute: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
});

/** One version of a reference list (参考数据): parties, stations, customs offices, places, codes, credit classes. */
export const ReferenceData = z.strictObject({
  ...base('ReferenceData'),
  listId: DocumentNumber,
  version: DocumentNumber,
  /** party, station, customsOffice, location, code, creditClass (list ReferenceKind). */
  kindCode: Code,
  title: z.array(LanguageText).optional(),
  publisher: NamedParty.optional(),
  validityPeriod: SpecifiedPeriod.optional(),
  /** True: the whole list. False: what changed since the version named. */
  completeIndicator: z.boolean(),
  replacedVersion: z.string().optional(),
  entry: z.array(ReferenceEntry),
});
export type ReferenceData = z.infer<typeof ReferenceData>;
