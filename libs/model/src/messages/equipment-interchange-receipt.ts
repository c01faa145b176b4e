import { z } from 'zod';
import {
  DocumentNumber,
  InspectedEquipment,
  Journey,
  NamedDocument,
  NamedLocation,
  NamedParty,
  NamedPerson,
  SpecifiedPeriod,
} from '../corridor.ts';
import { Code, DateTime } from '../values.ts';
import { base } from './header.ts';

/** Equipment interchange receipt (设备交接单, EIR): containers passed from one party to another in the condition both signed. */
export const EquipmentInterchangeReceipt = z.strictObject({
  ...base('EquipmentInterchangeReceipt'),
  id: DocumentNumber,
  /** out of the terminal or into it (list InterchangeDirection). */
  directionCode: Code,
  interchangeDateTime: DateTime.optional(),
  interchangeLocation: NamedLocation.optional(),
  deliveringParty: NamedParty.optional(),
  receivingParty: NamedParty.optional(),
  /** Whose containers they are, or who answers for them. */
  equipmentOperator: NamedParty.optional(),
  bookingDocument: NamedDocument.optional(),
  transportContractDocument: NamedDocument.optional(),
  deliveryOrderId: z.string().optional(),
  mainCarriageTransportMovement: Journey.optional(),
  /** The vehicle that brings or fetches: number plate and driver. */
  transportMeans: z.strictObject({ id: z.string().optional(), masterPerson: NamedPerson.optional() }).optional(),
  /** The receipt is good for the gate within this period. */
  validityPeriod: SpecifiedPeriod.optional(),
  usedTransportEquipment: z.array(InspectedEquipment).min(1),
  information: z.string().optional(),
});
export type EquipmentInterchangeReceipt = z.infer<typeof EquipmentInterchangeReceipt>;
