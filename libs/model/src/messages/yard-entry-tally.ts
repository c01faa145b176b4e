import { z } from 'zod';
import { DocumentNumber, InspectedEquipment, Journey, NamedDocument, NamedLocation, NamedParty, NamedPerson } from '../corridor.ts';
import { DateTime } from '../values.ts';
import { base } from './header.ts';

/**
 * Yard-entry tally sheet (进场理货单): containers as counted when they came into the rail yard, before they are loaded on a
 * train. A document between port and railway; the tally report that customs gets of a vessel is `TallyReport`.
 */
export const YardEntryTally = z.strictObject({
  ...base('YardEntryTally'),
  id: DocumentNumber,
  yardLocation: NamedLocation,
  tallyParty: NamedParty.optional(),
  tallyPerson: NamedPerson.optional(),
  tallyDateTime: DateTime,
  /** The train the containers are meant for. */
  mainCarriageTransportMovement: Journey.optional(),
  /** Number of containers counted. */
  equipmentQuantity: z.string().optional(),
  usedTransportEquipment: z
    .array(
      InspectedEquipment.extend({
        entryDateTime: DateTime.optional(),
        /** Number plate of the lorry that brought it. */
        deliveringMeansId: z.string().optional(),
        /** Place in the yard: block, row, tier. */
        yardPositionId: z.string().optional(),
        numberOfPackages: z.string().optional(),
        goodsDescription: z.string().optional(),
        bookingDocument: NamedDocument.optional(),
        /** Consignment note, where it is issued already. */
        transportContractDocument: NamedDocument.optional(),
      }),
    )
    .min(1),
  information: z.string().optional(),
});
export type YardEntryTally = z.infer<typeof YardEntryTally>;
