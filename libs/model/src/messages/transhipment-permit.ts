import { z } from 'zod';
import { LogisticsLocation, LogisticsTransportMovement, SupplyChainConsignment, TradeParty } from '../trade.ts';
import { base } from './header.ts';
import { ResponseStatus } from './manifest-response.ts';

/** One side of a transhipment: the bill of the original manifest that brings the goods, or of the advance manifest that takes them on. */
export const TranshipmentLeg = z.strictObject({
  representativePerson: TradeParty.optional(),
  mainCarriageTransportMovement: LogisticsTransportMovement.optional(),
  consignment: SupplyChainConsignment.optional(),
});

const relation = { importLeg: TranshipmentLeg.optional(), exportLeg: TranshipmentLeg.optional() };

/** International transhipment permit (customs MT8105, MT8205): which inward bill goes on under which outward bill. */
export const TranshipmentPermit = z.strictObject({
  ...base('TranshipmentPermit'),
  declarationCustomsOffice: LogisticsLocation.optional(),
  relation: z
    .array(
      z.strictObject({
        ...relation,
        /** Goods that change containers. */
        equipmentExchange: z
          .array(z.strictObject({ importEquipmentId: z.string().optional(), exportEquipmentId: z.string().optional() }))
          .optional(),
        information: z.string().optional(),
      }),
    )
    .optional(),
});
export type TranshipmentPermit = z.infer<typeof TranshipmentPermit>;

/** Customs answer to a transhipment permit: a status for each pair of bills, independent of the others. */
export const TranshipmentPermitResponse = z.strictObject({
  ...base('TranshipmentPermitResponse'),
  relation: z.array(z.strictObject({ ...relation, status: ResponseStatus.optional() })).optional(),
});
export type TranshipmentPermitResponse = z.infer<typeof TranshipmentPermitResponse>;
