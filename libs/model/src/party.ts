/** Parties of trade: their address, numbers, contacts and papers, in MMT names (trade.ts). */
import { z } from 'zod';
import { Code, DateTime, PartialCode } from './values.ts';

export const TradeAddress = z.strictObject({
  streetName: z.string().optional(),
  cityName: z.string().optional(),
  countrySubDivisionCode: Code.optional(),
  countrySubDivisionName: z.string().optional(),
  postcode: z.string().optional(),
  countryCode: Code.optional(),
  countryName: z.string().optional(),
  /** Extension: kind of the address (registered, actual), and the finer parts EAEU documents write. */
  typeCode: Code.optional(),
  districtName: z.string().optional(),
  settlementName: z.string().optional(),
  buildingNumber: z.string().optional(),
  roomNumber: z.string().optional(),
  postOfficeBox: z.string().optional(),
  /** Extension: the whole address as one text. */
  text: z.string().optional(),
  /** Extension: codes of the place in national registers (list names the register). */
  registerCode: z.array(Code).optional(),
});

/** A document that proves who a person is. */
export const IdentityDocument = z.strictObject({
  typeCode: PartialCode.optional(),
  name: z.string().optional(),
  fullName: z.string().optional(),
  series: z.string().optional(),
  id: z.string().optional(),
  issueDate: DateTime.optional(),
  expirationDate: DateTime.optional(),
  issuerName: z.string().optional(),
  issuerCode: z.string().optional(),
  issuerId: z.string().optional(),
  countryCode: Code.optional(),
});

/**
 * Extension: the numbers under which the states of the EAEU know a party. Members are called as the registers are: BIN, IIN,
 * ITN and RNN of Kazakhstan, OGRN, INN and KPP of Russia, UNP of Belarus, UNN of Armenia, INN and OKPO of Kyrgyzstan.
 */
export const NationalRegistration = z.strictObject({
  kzBin: z.string().optional(),
  kzIin: z.string().optional(),
  /** Customs number: category of the person and territory (KATO). */
  kzItn: z
    .strictObject({
      categoryCode: z.string().optional(),
      territoryCode: z.string().optional(),
      rnn: z.string().optional(),
      reserve: z.string().optional(),
    })
    .optional(),
  ruOgrn: z.string().optional(),
  ruInn: z.string().optional(),
  ruKpp: z.string().optional(),
  okpo: z.string().optional(),
  okato: z.string().optional(),
  byUnp: z.string().optional(),
  byPersonId: z.string().optional(),
  amUnn: z.string().optional(),
  amSocialServiceId: z.string().optional(),
  amSocialServiceCertificate: z.string().optional(),
  kgInn: z.string().optional(),
  kgOkpo: z.string().optional(),
  /** Taxpayer number of any state, and the reason code of the registration. */
  taxpayerId: z.string().optional(),
  taxReasonCode: z.string().optional(),
  /** Number in a business register, and the register. */
  businessId: Code.optional(),
  /** Unique customs number and the country whose rules made it. */
  customsId: z.string().optional(),
  customsIdCountryCode: PartialCode.optional(),
  personId: z.string().optional(),
});

export const UniversalCommunication = z.strictObject({
  completeNumber: z.string(),
  channelCode: Code.optional(),
  /** Kind of the channel in words. */
  channelName: z.string().optional(),
});

export const TradeContact = z.strictObject({
  /** Number of the person, where the source has one (a driver's record). */
  id: z.string().optional(),
  personName: z.string().optional(),
  communication: z.array(UniversalCommunication).optional(),
});

export const TradeParty = z.strictObject({
  id: Code.optional(),
  name: z.string().optional(),
  roleCode: Code.optional(),
  postalAddress: TradeAddress.optional(),
  communication: z.array(UniversalCommunication).optional(),
  definedContactDetails: TradeContact.optional(),
  authoritativeSignatoryPerson: z.strictObject({ name: z.string() }).optional(),
  /** Extension: short name, language of the names, legal form, country of registration. */
  shortName: z.string().optional(),
  languageCode: Code.optional(),
  legalFormCode: PartialCode.optional(),
  legalFormName: z.string().optional(),
  registrationCountryCode: Code.optional(),
  nationalRegistration: NationalRegistration.optional(),
  identityDocument: IdentityDocument.optional(),
  /** Addresses beyond the first. */
  furtherAddress: z.array(TradeAddress).optional(),
  /** Extension: entry in a register of customs (economic operator, carrier, representative). */
  customsRegister: z
    .strictObject({
      typeCode: Code.optional(),
      ownerCode: Code.optional(),
      countryCode: Code.optional(),
      id: z.string().optional(),
      reregistrationCode: z.string().optional(),
      operatorTypeCode: Code.optional(),
    })
    .optional(),
  /** Authorised economic operator number (AEO). */
  authorisedEconomicOperatorId: z.string().optional(),
});
export type TradeParty = z.infer<typeof TradeParty>;
