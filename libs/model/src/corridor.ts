/**
 * What the electronic documents of the corridor share: shapes cut out of the MMT nouns (trade.ts) to what the documents say,
 * so that their XML form (config/mappings/corridor) has a place for all that their JSON form can hold.
 */
import { z } from 'zod';
import {
  EquipmentDamage,
  LogisticsLocation,
  LogisticsSeal,
  LogisticsTransportEquipment,
  ReferencedDocument,
  TradeContact,
  TradeParty,
} from './trade.ts';
import { Code, DateTime } from './values.ts';

/** MMT SpecifiedPeriod: from when until when something holds. An end that is absent is open. */
export const SpecifiedPeriod = z.strictObject({ startDateTime: DateTime.optional(), endDateTime: DateTime.optional() });
export type SpecifiedPeriod = z.infer<typeof SpecifiedPeriod>;

/** A period that ends: an order, envelope or plan is good until then. */
export const LimitedPeriod = SpecifiedPeriod.required({ endDateTime: true });

/** SHA-256 (FIPS 180-4) of a file's exact bytes, 64 hexadecimal digits in small letters. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest, 64 hexadecimal digits in small letters');

/** A number by which a document, call, plan or order is known: never empty. */
export const DocumentNumber = z.string().min(1);

/** A party by name, and by number where it has one. */
export const NamedParty = TradeParty.pick({ id: true, name: true }).required({ name: true });
export type NamedParty = z.infer<typeof NamedParty>;

/** A place or customs office by code, with its name; a rail yard with its station too. */
export const NamedLocation = LogisticsLocation.pick({ id: true, name: true, railwayStationCode: true }).required({ id: true });
export type NamedLocation = z.infer<typeof NamedLocation>;

/** A document by number, with its kind, name and time of issue. */
export const NamedDocument = ReferencedDocument.pick({ typeCode: true, name: true, formattedIssueDateTime: true }).extend({
  id: DocumentNumber,
});
export type NamedDocument = z.infer<typeof NamedDocument>;

/** A person by number and name: a driver, a tally clerk, an officer. */
export const NamedPerson = TradeContact.pick({ id: true, personName: true }).required({ personName: true });

/** Voyage or train by number; the vessel by number and name; the train by its index too. */
export const Journey = z.strictObject({
  id: DocumentNumber,
  modeCode: Code.optional(),
  usedTransportMeans: z.strictObject({ id: z.string().optional(), name: z.string().optional() }).optional(),
  trainIndex: z.string().optional(),
});
export type Journey = z.infer<typeof Journey>;

/** A container or wagon with its seals. */
export const SealedEquipment = LogisticsTransportEquipment.pick({
  id: true,
  categoryCode: true,
  sizeTypeCode: true,
  fullEmptyCode: true,
  sealQuantity: true,
  carryingWagonId: true,
}).extend({ affixedSeal: z.array(LogisticsSeal).optional() });
export type SealedEquipment = z.infer<typeof SealedEquipment>;

/** Sealed equipment with what was seen of its condition. */
export const InspectedEquipment = SealedEquipment.extend({
  /** sound or damaged (list EquipmentCondition). */
  conditionCode: Code.optional(),
  damage: z.array(EquipmentDamage).optional(),
  grossWeight: LogisticsTransportEquipment.shape.grossWeight,
  tareWeight: LogisticsTransportEquipment.shape.tareWeight,
});

/** A text in one language (BCP 47: zh, en, ru, kk). */
export const LanguageText = z.strictObject({ text: z.string(), languageId: z.string() });
export type LanguageText = z.infer<typeof LanguageText>;
