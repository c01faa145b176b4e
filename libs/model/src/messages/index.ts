import { z } from 'zod';
import { Acknowledgement } from './acknowledgement.ts';
import { ArrivalReport } from './arrival-report.ts';
import { CargoChangeApplication } from './cargo-change-application.ts';
import { ClearanceStatus } from './clearance-status.ts';
import { CustomsEnvelope, CustomsEnvelopeCloseOut, CustomsEnvelopeReceipt } from './customs-envelope.ts';
import { DeclarationResponse } from './declaration-response.ts';
import { DeliveryOrder } from './delivery-order.ts';
import { GoodsDeclaration } from './goods-declaration.ts';
import { ContainerPackingList } from './container-packing-list.ts';
import { CommercialInvoice } from './commercial-invoice.ts';
import { ConveyanceReport } from './conveyance-report.ts';
import { DiversionApplication } from './diversion-application.ts';
import { EmptyContainerMovement } from './empty-container-movement.ts';
import { EquipmentInterchangeReceipt } from './equipment-interchange-receipt.ts';
import { EquipmentMovementOrder, EquipmentMovementReport } from './equipment-movement.ts';
import { ExaminationOrder, ExaminationReport } from './examination.ts';
import { FeeSchedule } from './fee-schedule.ts';
import { JointBoardingPlan, JointBoardingPlanResponse, JointBoardingResult } from './joint-boarding.ts';
import { ManifestResponse } from './manifest-response.ts';
import { Manifest } from './manifest.ts';
import { MilestoneEvent } from './milestone-event.ts';
import { PowerOfAttorney, PowerOfAttorneyResponse } from './power-of-attorney.ts';
import { PreliminaryInformation } from './preliminary-information.ts';
import { RailConsignmentNote } from './rail-consignment-note.ts';
import { ReferenceData } from './reference-data.ts';
import { StowagePlan } from './stowage-plan.ts';
import { TallyReport } from './tally-report.ts';
import { TrainConsist } from './train-consist.ts';
import { TransportStatusReport } from './transport-status-report.ts';
import { TranshipmentPermit, TranshipmentPermitResponse } from './transhipment-permit.ts';
import { TransitDeclaration } from './transit-declaration.ts';
import { WagonTransferList } from './wagon-transfer-list.ts';
import { YardEntryTally } from './yard-entry-tally.ts';

/** Every canonical message type, by the value of its `type` member. Adding a type is one line here and its own file. */
export const MESSAGE_TYPES = {
  Manifest,
  ArrivalReport,
  ManifestResponse,
  RailConsignmentNote,
  TrainConsist,
  WagonTransferList,
  ClearanceStatus,
  Acknowledgement,
  TallyReport,
  DiversionApplication,
  ContainerPackingList,
  CargoChangeApplication,
  TranshipmentPermit,
  TranshipmentPermitResponse,
  EmptyContainerMovement,
  ConveyanceReport,
  GoodsDeclaration,
  DeclarationResponse,
  PowerOfAttorney,
  PowerOfAttorneyResponse,
  EquipmentMovementReport,
  EquipmentMovementOrder,
  StowagePlan,
  TransportStatusReport,
  PreliminaryInformation,
  TransitDeclaration,
  DeliveryOrder,
  EquipmentInterchangeReceipt,
  YardEntryTally,
  CustomsEnvelope,
  CustomsEnvelopeReceipt,
  CustomsEnvelopeCloseOut,
  ExaminationOrder,
  ExaminationReport,
  JointBoardingPlan,
  JointBoardingPlanResponse,
  JointBoardingResult,
  MilestoneEvent,
  FeeSchedule,
  ReferenceData,
  CommercialInvoice,
} as const;

export type MessageType = keyof typeof MESSAGE_TYPES;
export type CanonicalMessage = { [T in MessageType]: z.infer<(typeof MESSAGE_TYPES)[T]> }[MessageType];
export type CanonicalOf<T extends MessageType> = z.infer<(typeof MESSAGE_TYPES)[T]>;

export type {
  Acknowledgement,
  ArrivalReport,
  CargoChangeApplication,
  ClearanceStatus,
  ContainerPackingList,
  ConveyanceReport,
  DeclarationResponse,
  DiversionApplication,
  EmptyContainerMovement,
  EquipmentMovementOrder,
  EquipmentMovementReport,
  GoodsDeclaration,
  Manifest,
  ManifestResponse,
  PowerOfAttorney,
  PowerOfAttorneyResponse,
  RailConsignmentNote,
  StowagePlan,
  TallyReport,
  TrainConsist,
  TranshipmentPermit,
  TranshipmentPermitResponse,
  TransportStatusReport,
  WagonTransferList,
  PreliminaryInformation,
  TransitDeclaration,
  DeliveryOrder,
  EquipmentInterchangeReceipt,
  YardEntryTally,
  CustomsEnvelope,
  CustomsEnvelopeReceipt,
  CustomsEnvelopeCloseOut,
  ExaminationOrder,
  ExaminationReport,
  JointBoardingPlan,
  JointBoardingPlanResponse,
  JointBoardingResult,
  MilestoneEvent,
  FeeSchedule,
  ReferenceData,
  CommercialInvoice,
};
