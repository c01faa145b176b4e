import { z } from 'zod';
import { DocumentNumber, NamedLocation, NamedParty } from '../corridor.ts';
import { Code, DateTime } from '../values.ts';
import { base } from './header.ts';

/** What an event happened to: its kind (list MilestoneObject) and its number. */
export const MilestoneObject = z.strictObject({ typeCode: Code, id: DocumentNumber });

/**
 * One milestone of one object: code, classifier and time. Three times are kept apart: when it occurred (or shall), when the
 * source wrote it down, when we got it. A mistake is mended by a further event that retracts it, never by a change.
 */
export const MilestoneEvent = z.strictObject({
  ...base('MilestoneEvent'),
  id: DocumentNumber,
  /** What happened (list CorridorMilestone). */
  milestoneCode: Code,
  /** REQ requested, PLN planned, EST estimated, ACT actual (list MilestoneClassifier). */
  classifierCode: Code,
  object: MilestoneObject,
  /** What else it concerns: the containers of a train, the bill of a container. */
  relatedObject: z.array(MilestoneObject).optional(),
  occurrenceDateTime: DateTime,
  recordedDateTime: DateTime.optional(),
  receivedDateTime: DateTime.optional(),
  occurrenceLocation: NamedLocation.optional(),
  reportingParty: NamedParty.optional(),
  /** The message it was taken from. */
  sourceMessageId: z.string().optional(),
  /** The event that this one takes back. */
  retractedEventId: z.string().optional(),
  reasonText: z.string().optional(),
});
export type MilestoneEvent = z.infer<typeof MilestoneEvent>;
