import { useQuery } from '@tanstack/react-query';
import { Col, Empty, Row, Space, Spin, Typography } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { may, type Session } from '../api/session.ts';
import type { LinkStanding } from '../api/types.ts';
import { Failure } from '../shell/Failure.tsx';
import { DayFigures, useFigures } from './figures.tsx';
import { LinkCard } from './links/LinkCard.tsx';
import { Tiles } from './Tiles.tsx';

const OverviewBelow = lazy(() => import('./OverviewBelow.tsx').then((module) => ({ default: module.OverviewBelow })));

/** How every link does at this moment and did today, what is held up, and who owes whom an answer. */
export function Overview({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['standing'],
    queryFn: () => api.get<{ links: LinkStanding[] }>('/api/links/standing'),
    refetchInterval: 10_000,
  });
  const figures = useFigures();
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
          <Col key={link.link} xs={24} lg={12} xxl={8}>
            <LinkCard standing={link} figures={figures?.links.find((one) => one.link === link.link)} session={session} />
          </Col>
        ))}
      </Row>
      <DayFigures />
      <Suspense fallback={<Spin description={t('common.loading')} />}>
        <OverviewBelow session={session} />
      </Suspense>
    </Space>
  );
}
