import { z } from 'zod';
import { DocumentNumber, Journey, LimitedPeriod, NamedDocument, NamedLocation, NamedParty, SealedEquipment, Sha256 } from '../corridor.ts';
import { Code, DateTime } from '../values.ts';
import { base } from './header.ts';

/** A document in a customs envelope: tied to its exact bytes, wherever they are kept. */
export const EnvelopedDocument = z.strictObject({
  id: DocumentNumber,
  /** UN 1001, or a national list. */
  typeCode: Code.optional(),
  name: z.string().optional(),
  fileName: z.string().optional(),
  sizeInBytes: z.string().optional(),
  sha256: Sha256,
});

/**
 * Electronic customs envelope (电子关封): what travelled as sealed papers with the train. One customs office tells another which
 * declarations, documents, wagons, containers and seals are on their way to it, and until when they have to be there.
 */
export const CustomsEnvelope = z.strictObject({
  ...base('CustomsEnvelope'),
  id: DocumentNumber,
  issueDateTime: DateTime,
  issuingCustomsOffice: NamedLocation,
  destinationCustomsOffice: NamedLocation,
  validityPeriod: LimitedPeriod,
  carrier: NamedParty.optional(),
  declarant: NamedParty.optional(),
  /** Declarations and manifests it belongs to, by number. */
  customsDocument: z.array(NamedDocument).min(1),
  mainCarriageTransportMovement: Journey.optional(),
  /** Wagons, and containers on them. */
  usedTransportEquipment: z.array(SealedEquipment).optional(),
  /** Number of seals on all of them together. */
  sealQuantity: z.string().optional(),
  attachedDocument: z.array(EnvelopedDocument).optional(),
  information: z.string().optional(),
});
export type CustomsEnvelope = z.infer<typeof CustomsEnvelope>;

/** What differs from the envelope: which field, of which container or document. */
export const EnvelopeMismatch = z.strictObject({
  /** document, seal, equipment, train, declaration, validity (list EnvelopeMismatchKind). */
  reasonCode: Code,
  equipmentId: z.string().optional(),
  documentId: z.string().optional(),
  /** JSON pointer into the envelope. */
  pointer: z.string().optional(),
  text: z.string().optional(),
});

/** Receipt of a customs envelope (关封接收): the addressed office has it, and what stands before it matches or does not. */
export const CustomsEnvelopeReceipt = z.strictObject({
  ...base('CustomsEnvelopeReceipt'),
  envelopeId: DocumentNumber,
  receivingCustomsOffice: NamedLocation,
  receivedDateTime: DateTime,
  /** matched or mismatched (list EnvelopeMatch). */
  resultCode: Code,
  mismatch: z.array(EnvelopeMismatch).optional(),
  information: z.string().optional(),
});
export type CustomsEnvelopeReceipt = z.infer<typeof CustomsEnvelopeReceipt>;

/** Close-out of a customs envelope (关封核销): what it announced has arrived and is dealt with; nothing follows under its number. */
export const CustomsEnvelopeCloseOut = z.strictObject({
  ...base('CustomsEnvelopeCloseOut'),
  envelopeId: DocumentNumber,
  closingCustomsOffice: NamedLocation,
  arrivalDateTime: DateTime.optional(),
  closedDateTime: DateTime,
  /** matched or mismatched (list EnvelopeMatch). */
  resultCode: Code,
  mismatch: z.array(EnvelopeMismatch).optional(),
  /** Seals as they were found, container by container. */
  usedTransportEquipment: z.array(SealedEquipment).optional(),
  information: z.string().optional(),
});
export type CustomsEnvelopeCloseOut = z.infer<typeof CustomsEnvelopeCloseOut>;
