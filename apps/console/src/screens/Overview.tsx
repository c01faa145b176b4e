import { useQuery } from '@tanstack/react-query';
import { Card, Col, Row, Space, Spin, Statistic, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { may, type Session } from '../api/session.ts';
import type { Bounded, LinkStanding } from '../api/types.ts';
import { Failure } from '../shell/Failure.tsx';
import { Moment } from '../shell/Moment.tsx';
import { Debts } from './Debts.tsx';

/** How every link does at this moment, and who owes whom an answer. */
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
      <Row gutter={[16, 16]}>
        {data.links.map((link) => (
          <Col key={link.link} xs={24} md={12} xl={8}>
            <LinkCard standing={link} />
          </Col>
        ))}
      </Row>
      {may(session, 'messages.read') && <Debts />}
    </Space>
  );
}

const MARKS: Readonly<Record<LinkStanding['state'], readonly [string, string]>> = {
  used: ['✓', 'success'],
  up: ['○', 'default'],
  down: ['✕', 'error'],
  stopped: ['‖', 'warning'],
};

function LinkCard({ standing }: { standing: LinkStanding }) {
  const { t } = useTranslation();
  const { link, partner, transport, state, waiting, unknown, blockedKeys, oldestWaiting, lastIn, lastOut } = standing;
  const [sign, colour] = MARKS[state];
  const list = (query: string) => `/messages?q=${encodeURIComponent(`link:${link} ${query}`)}`;
  const numbers: readonly [string, Bounded, string][] = [
    ['waiting', waiting, 'direction:out state:ready,retrying,publishing'],
    ['unknown', unknown, 'state:unknown'],
    ['blocked', blockedKeys, 'state:unknown'],
  ];
  const times: readonly [string, string | undefined][] = [
    ['oldest', oldestWaiting],
    ['lastIn', lastIn],
    ['lastOut', lastOut],
  ];
  return (
    <Card
      size="small"
      title={<Link to={list('')}>{`${partner} · ${link}`}</Link>}
      extra={
        <Tag color={colour}>
          <span aria-hidden="true">{sign}</span> {t(`link.${state}`)} {transport}
        </Tag>
      }
    >
      <Row gutter={[8, 8]}>
        {numbers.map(([name, { count, more }, query]) => (
          <Col span={8} key={name}>
            <Link to={list(query)}>
              <Statistic title={t(`link.${name}`)} value={more ? `${count}+` : count} styles={{ content: { fontSize: 18 } }} />
            </Link>
          </Col>
        ))}
        {times.map(([name, at]) => (
          <Col span={8} key={name}>
            <Named name={t(`link.${name}`)}>{at === undefined ? '–' : <Moment at={at} />}</Named>
          </Col>
        ))}
      </Row>
    </Card>
  );
}

const Named = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <Typography.Text type="secondary">{name}</Typography.Text>
    <div>{children}</div>
  </>
);
