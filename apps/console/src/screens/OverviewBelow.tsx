import { Col, Row } from 'antd';
import { may, type Session } from '../api/session.ts';
import { Debts } from './Debts.tsx';
import { BlockedKeys } from './links/BlockedKeys.tsx';
import { LinkRequests } from './links/LinkRequests.tsx';
import { DeadlineRisk, TopIncidents } from './overview-parts.tsx';

/** What is late, what is held up, who decides and who owes: tables, which come when the links stand. */
export function OverviewBelow({ session }: { session: Session }) {
  return (
    <>
      <Row gutter={[16, 16]}>
        {may(session, 'messages.read') && (
          <Col xs={24} xl={14}>
            <DeadlineRisk />
          </Col>
        )}
        {may(session, 'incidents.read') && (
          <Col xs={24} xl={10}>
            <TopIncidents />
          </Col>
        )}
      </Row>
      {may(session, 'debts.read') && (
        <>
          <BlockedKeys session={session} />
          <LinkRequests />
          <Debts />
        </>
      )}
    </>
  );
}
