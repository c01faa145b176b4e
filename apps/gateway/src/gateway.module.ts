import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AccessModule } from './access/access.module.ts';
import {
  Admission,
  AgreementBook,
  AgreementDesk,
  AlertDesk,
  AuditLog,
  DebtView,
  ContentDesk,
  DeadLetterDesk,
  EvidenceDesk,
  ExchangeStore,
  InboundPipeline,
  IncidentDesk,
  KeyDesk,
  KeyRing,
  LinkDesk,
  MappingDesk,
  MessageView,
  ReconciliationView,
  ReplayDesk,
  SavedViews,
  StopSwitch,
} from '#exchange';
import type { Gateway } from './compose.ts';
import { About, AboutController } from './http/about.controller.ts';
import { AgreementsController } from './http/agreements.controller.ts';
import { AlertsController } from './http/alerts.controller.ts';
import { AuditController } from './http/audit.controller.ts';
import { DeadLettersController } from './http/dead-letters.controller.ts';
import { Docs, DocsController } from './http/docs.controller.ts';
import { DebtsController } from './http/debts.controller.ts';
import { ContentController } from './http/content.controller.ts';
import { EvidenceController } from './http/evidence.controller.ts';
import { HealthController, HealthSource } from './http/health.controller.ts';
import { IncidentsController } from './http/incidents.controller.ts';
import { KeysController } from './http/keys.controller.ts';
import { ReconciliationsController } from './http/reconciliations.controller.ts';
import { LinkRequestsController } from './http/link-requests.controller.ts';
import { LinksController } from './http/links.controller.ts';
import { MappingVersionsController } from './http/mapping-versions.controller.ts';
import { MessagesController } from './http/messages.controller.ts';
import { DeclarationsController } from './http/declarations.controller.ts';
import { StateLists } from './http/state-lists.ts';
import { ShipmentsController } from './http/shipments.controller.ts';
import { ExportController } from './http/export.controller.ts';
import { TailController } from './http/tail.controller.ts';
import { ReferenceController } from './http/reference.controller.ts';
import { PartnerTestsController } from './http/partner-tests.controller.ts';
import { PartnerTestDesk } from './partner-tests/partner-test-desk.ts';
import { ReplaysController } from './http/replays.controller.ts';
import { StopController } from './http/stop.controller.ts';
import { ViewsController } from './http/views.controller.ts';
import { Diagnostics } from './diagnostics.ts';
import { Reference } from './reference.ts';
import { InboundController } from './inbound.controller.ts';

/** Every controller of the process but those that a transport brings. */
export const CONTROLLERS: readonly Type[] = [
  HealthController,
  AboutController,
  // Before the one that reads messages/:id.
  TailController,
  ExportController,
  MessagesController,
  ViewsController,
  LinksController,
  LinkRequestsController,
  DeadLettersController,
  ShipmentsController,
  ContentController,
  EvidenceController,
  DebtsController,
  AuditController,
  ReferenceController,
  MappingVersionsController,
  AgreementsController,
  ReplaysController,
  IncidentsController,
  AlertsController,
  StopController,
  DeclarationsController,
  KeysController,
  ReconciliationsController,
  PartnerTestsController,
  InboundController,
  DocsController,
];

/** The process on one page: parts are wired in compose.ts; Nest serves them. */
@Module({})
export class GatewayModule {
  static of(gateway: Gateway, health: HealthSource, about: About): DynamicModule {
    return {
      module: GatewayModule,
      imports: [AccessModule.of(gateway.access)],
      controllers: [...CONTROLLERS, ...gateway.transports.controllers],
      providers: [
        { provide: HealthSource, useValue: health },
        { provide: About, useValue: about },
        { provide: Docs, useValue: gateway.docs },
        { provide: AuditLog, useValue: gateway.proof.audit },
        { provide: Admission, useValue: gateway.admission },
        { provide: AgreementBook, useValue: gateway.book },
        { provide: MessageView, useValue: gateway.view },
        { provide: Reference, useValue: gateway.reference },
        { provide: Diagnostics, useValue: gateway.diagnostics },
        { provide: SavedViews, useValue: gateway.views },
        { provide: ContentDesk, useValue: gateway.content },
        { provide: EvidenceDesk, useValue: gateway.evidence },
        { provide: AuditLog, useValue: gateway.audit },
        { provide: DebtView, useValue: gateway.debts },
        { provide: ExchangeStore, useValue: gateway.store },
        {
          provide: StateLists,
          useValue: {
            orders: gateway.orders,
            linkOf: (party: string) => gateway.book.linkTo(party)?.id,
            partnerOf: (link: string) => gateway.book.link(link)?.partner ?? '',
          },
        },
        { provide: ReconciliationView, useValue: gateway.proof.reconciliations },
        { provide: KeyDesk, useValue: gateway.keys.desk },
        { provide: KeyRing, useValue: gateway.keys.ring },
        { provide: ReplayDesk, useValue: gateway.replays.desk },
        { provide: IncidentDesk, useValue: gateway.incidents.desk },
        { provide: AlertDesk, useValue: gateway.alerts.desk },
        { provide: AgreementDesk, useValue: gateway.links.agreements },
        { provide: LinkDesk, useValue: gateway.links.desk },
        { provide: MappingDesk, useValue: gateway.mappings.desk },
        { provide: DeadLetterDesk, useValue: gateway.links.letters },
        { provide: PartnerTestDesk, useValue: gateway.partnerTests.desk },
        { provide: StopSwitch, useValue: gateway.replays.stops },
        { provide: InboundPipeline, useValue: gateway.pipeline },
        ...gateway.transports.providers,
      ],
    };
  }
}
