import { z } from 'zod';
import { DocumentNumber, NamedDocument, NamedLocation, NamedParty, NamedPerson, SealedEquipment, SpecifiedPeriod } from '../corridor.ts';
import { Amount, Code, DateTime } from '../values.ts';
import { base } from './header.ts';

/** Customs chooses goods or containers for examination (查验布控) and says where and by when. */
export const ExaminationOrder = z.strictObject({
  ...base('ExaminationOrder'),
  id: DocumentNumber,
  /** Scan, opening, unloading, … (list ExaminationKind). */
  kindCode: Code,
  orderDateTime: DateTime,
  customsOffice: NamedLocation,
  /** The declaration the goods belong to. */
  customsDocument: NamedDocument.optional(),
  transportContractDocument: NamedDocument.optional(),
  declarant: NamedParty.optional(),
  terminalOperator: NamedParty.optional(),
  examinationLocation: NamedLocation.optional(),
  /** When the containers shall be in place. */
  examinationPeriod: SpecifiedPeriod.optional(),
  usedTransportEquipment: z
    .array(
      SealedEquipment.extend({
        /** Where it stands now. */
        yardPositionId: z.string().optional(),
      }),
    )
    .optional(),
  information: z.string().optional(),
});
export type ExaminationOrder = z.infer<typeof ExaminationOrder>;

/** One step of the examination of one container, or of the whole order where no container is named. */
export const ExaminationEvent = z.strictObject({
  /** ordered, moved, inPlace, started, ended, result, cancelled (list ExaminationStep; `nextSteps` has their order). */
  stepCode: Code,
  equipmentId: z.string().optional(),
  occurrenceDateTime: DateTime,
  occurrenceLocation: NamedLocation.optional(),
  /** Place of the container in the yard or at the examination site. */
  yardPositionId: z.string().optional(),
  /** Only with the step result: none, finding, sampled (list ExaminationResult). */
  resultCode: Code.optional(),
  resultText: z.string().optional(),
});

/** How far an examination has come (提箱、到位、开始、结束、结果), and whether what it costs is paid or guaranteed. */
export const ExaminationReport = z.strictObject({
  ...base('ExaminationReport'),
  examinationOrderId: DocumentNumber,
  customsOffice: NamedLocation.optional(),
  customsDocument: NamedDocument.optional(),
  reportingParty: NamedParty.optional(),
  reportingPerson: NamedPerson.optional(),
  event: z.array(ExaminationEvent).min(1),
  /** unpaid, paid, waived (list PaymentStatus), and what is due. */
  paymentStatusCode: Code.optional(),
  paymentAmount: Amount.optional(),
  /** none, lodged, accepted, released (list GuaranteeStatus), and the guarantee. */
  guaranteeStatusCode: Code.optional(),
  guaranteeDocument: NamedDocument.optional(),
  information: z.string().optional(),
});
export type ExaminationReport = z.infer<typeof ExaminationReport>;
