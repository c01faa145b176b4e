import { z } from 'zod';
import { LogisticsLocation, ReferencedDocument, TradeParty } from '../trade.ts';
import { Amount, Code, DateTime, Decimal, Measure } from '../values.ts';
import { base } from './header.ts';

/** One line of the invoice, in the words of UN/CEFACT's cross industry invoice. */
export const IncludedLineItem = z.strictObject({
  sequenceNumber: z.string(),
  productDescription: z.string().optional(),
  /** HS code as exchanged. */
  tariffClassificationCode: Code.optional(),
  grossWeight: Measure.optional(),
  netWeight: Measure.optional(),
  billedQuantity: z.strictObject({ value: Decimal, unitCode: Code.optional() }).optional(),
  netPrice: Decimal.optional(),
  lineTotalAmount: Amount.optional(),
});

/** Commercial invoice: what the seller asks of the buyer for the goods. It travels with the consignment note. */
export const CommercialInvoice = z.strictObject({
  ...base('CommercialInvoice'),
  id: z.string(),
  /** Kind of invoice (UN-1001: 380 commercial, 325 proforma). */
  typeCode: Code.optional(),
  issueDateTime: DateTime.optional(),
  information: z.array(z.string()).optional(),
  /** The consignment note the goods travel under. */
  transportContractDocument: ReferencedDocument.optional(),
  /** Contract of sale. */
  contractDocument: ReferencedDocument.optional(),
  seller: TradeParty.optional(),
  buyer: TradeParty.optional(),
  consignor: TradeParty.optional(),
  consignee: TradeParty.optional(),
  invoiceCurrencyCode: Code.optional(),
  /** Terms of delivery (Incoterms) and the place they name. */
  deliveryTermsCode: Code.optional(),
  deliveryTermsLocation: LogisticsLocation.optional(),
  includedLineItem: z.array(IncludedLineItem).optional(),
  lineTotalAmount: Amount.optional(),
  grandTotalAmount: Amount.optional(),
});
