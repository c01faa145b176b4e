import { useQuery } from '@tanstack/react-query';
import { Col, Empty, Row, Space, Spin, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { may, type Session } from '../api/session.ts';
import type { LinkStanding } from '../api/types.ts';
import { Failure } from '../shell/Failure.tsx';
import { Debts } from './Debts.tsx';
import { BlockedKeys } from './links/BlockedKeys.tsx';
import { LinkCard } from './links/LinkCard.tsx';
import { LinkRequests } from './links/LinkRequests.tsx';
import { DeadlineRisk, Tiles, TopIncidents } from './overview-parts.tsx';

/** How every link does at this moment, what is held up, and who owes whom an answer. */
export function Overview({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['standing'],
    queryFn: () => api.get<{ links: LinkStanding[] }>('/api/links/standing'),
    refetchInterval: 10_000,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
        {t('nav.overview')}
      </Typography.Title>
      {may(session, 'messages.read') && <Tiles />}
      {data.links.length === 0 && <Empty description={t('overview.noLinks')} />}
      <Row gutter={[16, 16]}>
        {data.links.map((link) => (
          <Col key={link.link} xs={24} md={12} xl={8}>
            <LinkCard standing={link} session={session} />
          </Col>
        ))}
      </Row>
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
    </Space>
  );
}
