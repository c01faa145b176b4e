import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Space, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';

interface OwnSession {
  readonly id: string;
  readonly kind: 'browser' | 'token';
  readonly createdAt: string;
  readonly seenAt: string;
  readonly address: string;
  readonly current: boolean;
}

/** Where one is signed in. Signing in elsewhere shows here. */
export function MySessions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['my-sessions'],
    queryFn: () => api.get<{ sessions: OwnSession[] }>('/api/session/all'),
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  const others = data?.sessions.filter(({ current }) => !current).length ?? 0;
  const endOthers = async () => {
    await api.delete('/api/session/others');
    await client.invalidateQueries({ queryKey: ['my-sessions'] });
  };
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Button disabled={others === 0} onClick={() => void endOthers()}>
        {t('sessions.endOthers', { count: others })}
      </Button>
      <Table<OwnSession>
        rowKey="id"
        size="small"
        loading={isPending}
        pagination={false}
        dataSource={data?.sessions ?? []}
        columns={[
          { title: t('sessions.kind'), dataIndex: 'kind', render: (kind: string) => t(`sessions.${kind}`) },
          { title: t('sessions.address'), dataIndex: 'address', className: 'mono' },
          { title: t('sessions.began'), dataIndex: 'createdAt', render: (at: string) => <Moment at={at} /> },
          { title: t('sessions.seen'), dataIndex: 'seenAt', render: (at: string) => <Moment at={at} /> },
          {
            title: t('sessions.which'),
            dataIndex: 'current',
            render: (current: boolean) => t(current ? 'sessions.this' : 'sessions.other'),
          },
        ]}
      />
    </Space>
  );
}
