import { z } from 'zod';
import { declarationBody, GoodsShipment } from '../declaration.ts';
import { transitBody } from '../transit.ts';
import { base } from './header.ts';

/** Declaration of goods for customs transit (EAEU: structure R.048, ESADout_CU with procedure ТТ). One shipment a consignment note. */
export const TransitDeclaration = z.strictObject({
  ...base('TransitDeclaration'),
  ...declarationBody,
  ...transitBody,
  goodsShipment: z.array(GoodsShipment).optional(),
});
export type TransitDeclaration = z.infer<typeof TransitDeclaration>;
