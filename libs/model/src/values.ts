import { z } from 'zod';

/**
 * A coded value together with the list it comes from. The list id is never dropped: the same letters mean different
 * things in different lists (formats: manifest transport mode 3 = road, declaration transport mode 3 = rail).
 */
export const Code = z.strictObject({
  value: z.string(),
  listId: z.string(),
  /** The words that stood beside the code, as received. */
  name: z.string().optional(),
});
export type Code = z.infer<typeof Code>;

/** A code whose document may leave out the list, or the code itself. */
export const PartialCode = Code.partial();

/** Decimal text exactly as exchanged: no float ever touches a quantity. `9500`, `9500.000` and `.5` are kept apart. */
export const Decimal = z.string().regex(/^[+-]?(\d+(\.\d*)?|\.\d+)$/, 'a decimal number written with a point');

/** A quantity with its unit (UN/ECE Recommendation 20 code, for example KGM, MTQ, TNE, PCE). */
export const Measure = z.strictObject({ value: Decimal, unitCode: z.string() });
export type Measure = z.infer<typeof Measure>;

/** An amount of money; the currency is absent only where the source left it out. */
export const Amount = z.strictObject({ value: Decimal, currencyId: z.string().optional() });
export type Amount = z.infer<typeof Amount>;

/**
 * ISO 8601 time that keeps its offset and its precision: `2026-03-14`, `2026-03-14T09:15+05:00`,
 * `2026-03-14T09:15:00.123+08:00`. A plain date is a calendar day at the place it speaks of.
 */
export const DateTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/, 'a date, or a date and time with an offset');
