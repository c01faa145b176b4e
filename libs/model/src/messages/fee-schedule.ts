import { z } from 'zod';
import { DocumentNumber, LanguageText, NamedLocation, NamedParty, SpecifiedPeriod } from '../corridor.ts';
import { Amount, Code } from '../values.ts';
import { base } from './header.ts';

/** One fee of a schedule. */
export const Fee = z.strictObject({
  id: DocumentNumber,
  name: z.array(LanguageText).min(1),
  /** Price set by government, guided by it, or by the market (list FeeKind). */
  kindCode: Code.optional(),
  payee: NamedParty.optional(),
  /** What one amount is for, for example UN/ECE Rec 20 TNE, or list FeeBasis. */
  basisCode: Code.optional(),
  /** Absent where the price is agreed case by case. */
  amount: Amount.optional(),
  maximumAmount: Amount.optional(),
  /** What the fee rests on. */
  legalBasisText: z.string().optional(),
  conditionText: z.string().optional(),
  validityPeriod: SpecifiedPeriod.optional(),
});

/** Public fee schedule (口岸收费目录清单) of a port or of one who charges there. Published, never computed with. */
export const FeeSchedule = z.strictObject({
  ...base('FeeSchedule'),
  id: DocumentNumber,
  version: DocumentNumber,
  publisher: NamedParty,
  location: NamedLocation.optional(),
  validityPeriod: SpecifiedPeriod,
  fee: z.array(Fee).min(1),
  /** Where to complain. */
  complaintText: z.string().optional(),
  information: z.string().optional(),
});
export type FeeSchedule = z.infer<typeof FeeSchedule>;
