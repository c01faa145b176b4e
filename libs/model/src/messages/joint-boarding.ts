import { z } from 'zod';
import { DocumentNumber, Journey, LimitedPeriod, NamedLocation, NamedParty, NamedPerson } from '../corridor.ts';
import { Code } from '../values.ts';
import { base } from './header.ts';

/** Plan of a joint boarding (联合登临): one authority asks the others to board a vessel together, once, in one period. */
export const JointBoardingPlan = z.strictObject({
  ...base('JointBoardingPlan'),
  id: DocumentNumber,
  mainCarriageTransportMovement: Journey,
  organiser: NamedParty,
  agent: NamedParty.optional(),
  boardingLocation: NamedLocation.optional(),
  boardingPeriod: LimitedPeriod,
  /** Who is asked to take part, and what for (list BoardingPurpose). */
  participant: z.array(NamedParty.extend({ purposeCode: Code.optional() })).min(1),
  information: z.string().optional(),
});
export type JointBoardingPlan = z.infer<typeof JointBoardingPlan>;

/** What one authority answers to the plan of a joint boarding. */
export const JointBoardingPlanResponse = z.strictObject({
  ...base('JointBoardingPlanResponse'),
  planId: DocumentNumber,
  participant: NamedParty,
  /** agreed, declined, otherTime (list BoardingParticipation). */
  participationCode: Code,
  /** With otherTime: when instead. */
  proposedPeriod: LimitedPeriod.optional(),
  officerQuantity: z.string().optional(),
  officer: z.array(NamedPerson).optional(),
  information: z.string().optional(),
});
export type JointBoardingPlanResponse = z.infer<typeof JointBoardingPlanResponse>;

/** What came of a joint boarding, authority by authority. */
export const JointBoardingResult = z.strictObject({
  ...base('JointBoardingResult'),
  planId: DocumentNumber,
  mainCarriageTransportMovement: Journey.optional(),
  /** When they were on board. */
  boardingPeriod: LimitedPeriod,
  participantResult: z
    .array(
      z.strictObject({
        participant: NamedParty,
        /** passed, finding, detained, absent (list BoardingResult). */
        resultCode: Code,
        resultText: z.string().optional(),
        documentId: z.string().optional(),
      }),
    )
    .min(1),
  information: z.string().optional(),
});
export type JointBoardingResult = z.infer<typeof JointBoardingResult>;
