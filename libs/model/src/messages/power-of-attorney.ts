import { z } from 'zod';
import { DeclaredAmount } from '../declaration.ts';
import { TradeParty } from '../trade.ts';
import { Code, DateTime } from '../values.ts';
import { base } from './header.ts';
import { ResponseStatus } from './manifest-response.ts';

/** Electronic power of attorney (电子代理报关委托): a trader entrusts a broker with the declaration of certain goods. */
export const PowerOfAttorney = z.strictObject({
  ...base('PowerOfAttorney'),
  /** The trader who entrusts, and the broker who is entrusted. */
  principal: TradeParty.optional(),
  agent: TradeParty.optional(),
  goodsDescription: z.string().optional(),
  classificationCode: Code.optional(),
  itemChargeAmount: DeclaredAmount.optional(),
  quantityText: z.string().optional(),
  packingText: z.string().optional(),
  /** Bill of the goods, and their declaration once it has a number. */
  transportContractDocumentId: z.string().optional(),
  declarationId: z.string().optional(),
  regimeCode: Code.optional(),
  originCountryCode: Code.optional(),
  borderCrossingDate: DateTime.optional(),
  receiptDate: DateTime.optional(),
  documentText: z.string().optional(),
  serviceFeeText: z.string().optional(),
  promiseText: z.string().optional(),
  information: z.string().optional(),
  otherReceiptText: z.string().optional(),
  principalTelephone: z.string().optional(),
  agentTelephone: z.string().optional(),
  /** Signature as it came; carried as evidence. */
  authentication: z.string().optional(),
});
export type PowerOfAttorney = z.infer<typeof PowerOfAttorney>;

/** The platform's answer: the number of the agreement, or why there is none. */
export const PowerOfAttorneyResponse = z.strictObject({
  ...base('PowerOfAttorneyResponse'),
  status: ResponseStatus.optional(),
  agreementId: z.string().optional(),
  /** Customs number of the company the answer is for. */
  enterpriseId: z.string().optional(),
});
export type PowerOfAttorneyResponse = z.infer<typeof PowerOfAttorneyResponse>;
