import { useQuery } from '@tanstack/react-query';
import { Card, Space, Spin, Table, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { may, type Session } from '../api/session.ts';
import type { LinkStanding } from '../api/types.ts';
import { Failure } from '../shell/Failure.tsx';
import { Moment } from '../shell/Moment.tsx';

interface Key {
  readonly party: string;
  readonly kid: string;
  readonly alg: string;
  readonly status: string;
  readonly from: string;
  readonly until?: string;
  readonly compromisedSince?: string;
}

const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  pending: ['…', 'default'],
  published: ['▷', 'processing'],
  active: ['✓', 'success'],
  retiring: ['▽', 'warning'],
  retired: ['–', 'default'],
  compromised: ['✕', 'error'],
};

/** Every party, its link and the keys by which its messages are believed. Read only: keys change by `landbridge keys` and by agreement. */
export function Partners({ session }: { session: Session }) {
  const { t } = useTranslation();
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => api.get<{ keys: Key[] }>('/api/keys') });
  const links = useQuery({
    queryKey: ['standing'],
    queryFn: () => api.get<{ links: LinkStanding[] }>('/api/links/standing'),
    enabled: may(session, 'links.read'),
  });
  if (keys.error) return <Failure error={keys.error} onRetry={() => void keys.refetch()} />;
  if (!keys.data) return <Spin description={t('common.loading')} />;
  const parties = [...new Set([...keys.data.keys.map(({ party }) => party), ...(links.data?.links ?? []).map(({ partner }) => partner)])];
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
        {t('nav.partners')}
      </Typography.Title>
      {parties.toSorted().map((party) => (
        <Card
          key={party}
          size="small"
          title={<h2 style={{ fontSize: 16, margin: 0 }}>{[party, ...linksOf(links.data?.links, party)].join(' · ')}</h2>}
        >
          <Keys keys={keys.data.keys.filter((key) => key.party === party)} />
        </Card>
      ))}
    </Space>
  );
}

const linksOf = (links: readonly LinkStanding[] | undefined, party: string): string[] =>
  (links ?? []).filter(({ partner }) => partner === party).map(({ link }) => link);

function Keys({ keys }: { keys: readonly Key[] }) {
  const { t } = useTranslation();
  return (
    <Table<Key>
      rowKey="kid"
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={[...keys]}
      locale={{ emptyText: t('key.none') }}
      columns={[
        {
          title: t('message.state'),
          dataIndex: 'status',
          render: (status: string) => (
            <Tag color={MARKS[status]?.[1] ?? 'default'}>
              <span aria-hidden="true">{MARKS[status]?.[0]}</span> {t(`key.${status}`)}
            </Tag>
          ),
        },
        { title: t('key.alg'), dataIndex: 'alg' },
        { title: t('key.kid'), dataIndex: 'kid', className: 'mono' },
        { title: t('key.from'), dataIndex: 'from', render: (at: string) => <Moment at={at} /> },
        { title: t('token.until'), dataIndex: 'until', render: (at?: string) => at && <Moment at={at} /> },
      ]}
    />
  );
}
