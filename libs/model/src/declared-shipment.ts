/** A shipment of an EAEU goods declaration: where it is, on which terms it was sold, and what the forms say beside WCO. */
import { z } from 'zod';
import { LogisticsLocation, ReferencedDocument, TradeAddress, TradeParty } from './trade.ts';
import { CustomsOffice, CustomsRegister, DeclaredTransport, TransitDestination } from './transit.ts';
import { Code, DateTime, Decimal, Measure } from './values.ts';

/** Where declared goods are (box 30). */
export const GoodsLocation = z.strictObject({
  typeCode: Code.optional(),
  customsOffice: CustomsOffice.optional(),
  name: z.string().optional(),
  controlZoneId: z.string().optional(),
  document: z.strictObject({ ...ReferencedDocument.shape, startDate: DateTime.optional() }).optional(),
  register: CustomsRegister.optional(),
  transportKindCode: Code.optional(),
  transportId: z.array(z.string()).optional(),
  address: TradeAddress.optional(),
});

/** Terms of the contract of sale (boxes 11, 20, 22 to 24). */
export const ContractTerms = z.strictObject({
  currencyCode: Code.optional(),
  currencyQuantity: z.string().optional(),
  exchangeRate: Decimal.optional(),
  invoiceValue: Decimal.optional(),
  totalValue: Decimal.optional(),
  tradeCountryCode: Code.optional(),
  featureCode: Code.optional(),
  natureCode: Code.optional(),
  deliveryPlace: z.string().optional(),
  deliveryTermsCode: Code.optional(),
  deliveryTypeCode: Code.optional(),
  transferPlace: z.string().optional(),
});

const CountryOfShipment = z.strictObject({ code: Code.optional(), name: z.string().optional(), placeName: z.string().optional() });

/** What EAEU forms say of a shipment beside WCO's GoodsShipment. */
export const goodsShipmentExtension = {
  transportContractDocument: ReferencedDocument.optional(),
  goodsItemQuantity: z.string().optional(),
  packageQuantity: z.string().optional(),
  totalGrossMassMeasure: Measure.optional(),
  totalAmount: z.strictObject({ value: Decimal, currencyCode: Code.optional() }).optional(),
  exportationCountryName: z.string().optional(),
  destinationCountryName: z.string().optional(),
  carrier: TradeParty.optional(),
  declarant: TradeParty.optional(),
  transitDestination: TransitDestination.optional(),
  containerIndicator: z.boolean().optional(),
  departureLocation: LogisticsLocation.optional(),
  destinationLocation: LogisticsLocation.optional(),
  wagonId: z.array(z.string()).optional(),
  expectedArrivalDateTime: DateTime.optional(),
  invoiceValue: Decimal.optional(),
  invoiceCurrencyCode: Code.optional(),
  originCountryCode: Code.optional(),
  originCountryName: z.string().optional(),
  totalCostValue: Decimal.optional(),
  totalCostCurrencyCode: Code.optional(),
  totalCustomsValue: Decimal.optional(),
  /** Who is responsible for the settlement of the contract (box 9). */
  financialParty: TradeParty.optional(),
  goodsLocations: z.array(GoodsLocation).optional(),
  borderOffice: z.array(CustomsOffice).optional(),
  entryCustomsOffice: CustomsOffice.optional(),
  /** Boxes 18 and 21. */
  departureArrivalTransport: DeclaredTransport.optional(),
  borderTransport: DeclaredTransport.optional(),
  contractTerms: ContractTerms.optional(),
  dispatchCountry: CountryOfShipment.optional(),
  destinationCountry: CountryOfShipment.optional(),
};
