import { z } from 'zod';
import {
  DocumentNumber,
  Journey,
  LimitedPeriod,
  NamedDocument,
  NamedLocation,
  NamedParty,
  SealedEquipment,
  SpecifiedPeriod,
} from '../corridor.ts';
import { Code, Measure } from '../values.ts';
import { base } from './header.ts';

/** Delivery order (提货单): the carrier or its agent tells the terminal to hand goods over to whoever is named, within a period. */
export const DeliveryOrder = z.strictObject({
  ...base('DeliveryOrder'),
  id: DocumentNumber,
  issuer: NamedParty.optional(),
  carrier: NamedParty.optional(),
  terminalOperator: NamedParty.optional(),
  consignee: NamedParty.optional(),
  /** Who may fetch the goods: the consignee's forwarder or haulier. */
  deliveryParty: NamedParty,
  transportContractDocument: NamedDocument,
  /** House bill. */
  associatedDocument: NamedDocument.optional(),
  /** Declaration under which customs released the goods, where they are released already. */
  customsDocument: NamedDocument.optional(),
  mainCarriageTransportMovement: Journey.optional(),
  deliveryLocation: NamedLocation.optional(),
  validityPeriod: LimitedPeriod,
  /** Whether freight and terminal charges are settled (list PaymentStatus). */
  paymentStatusCode: Code.optional(),
  numberOfPackages: z.string().optional(),
  grossWeight: Measure.optional(),
  usedTransportEquipment: z
    .array(
      SealedEquipment.extend({
        /** Where the empty container goes back to, and until when without charge. */
        emptyReturnLocation: NamedLocation.optional(),
        emptyReturnPeriod: SpecifiedPeriod.optional(),
      }),
    )
    .optional(),
  information: z.string().optional(),
});
export type DeliveryOrder = z.infer<typeof DeliveryOrder>;
