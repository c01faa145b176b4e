import { useQuery } from '@tanstack/react-query';
import { Button, Input, Progress, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import { nameOf, sizeOf, type Plan, type PlanCounts } from '../../api/replays.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { PlanDialog } from './PlanDialog.tsx';
import { PlanState } from './PlanState.tsx';
import { StopSwitch } from './StopSwitch.tsx';

/** Plans to send again, newest first, and the switch that stops everything. */
export function Replays({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['replays'],
    queryFn: () => api.get<{ plans: (Plan & { counts: PlanCounts })[] }>('/api/replays'),
    refetchInterval: 3_000,
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
        {t('nav.replays')}
      </Typography.Title>
      <StopSwitch session={session} />
      {may(session, 'replays.plan') && <FromQuery session={session} />}
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Table
          rowKey="id"
          size="small"
          loading={isPending}
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={data?.plans ?? []}
          locale={{ emptyText: t('common.none') }}
          columns={[
            { title: t('message.state'), key: 'state', render: (_, { state }) => <PlanState state={state} /> },
            { title: t('message.received'), dataIndex: 'at', render: (at: string) => <Moment at={at} /> },
            {
              title: t('replays.what'),
              key: 'what',
              render: (_, { id, kind, counts }) => (
                <Link to={`/replays/${id}`}>
                  {t(`replays.kinds.${kind}`)} · {t('message.count', { count: sizeOf(counts) })}
                </Link>
              ),
            },
            { title: t('replays.author'), key: 'author', render: (_, { author }) => nameOf(author.name) },
            { title: t('audit.approver'), key: 'approver', render: (_, { approver }) => nameOf(approver?.name ?? '') },
            { title: t('common.reason'), dataIndex: 'reason' },
            {
              title: t('replays.progress'),
              key: 'progress',
              render: (_, { counts }) => (
                <Progress
                  size="small"
                  style={{ width: 160 }}
                  percent={Math.round((100 * (sizeOf(counts) - counts.waiting)) / Math.max(1, sizeOf(counts)))}
                  aria-label={t('replays.progress')}
                />
              ),
            },
          ]}
        />
      )}
    </Space>
  );
}

/** Everything that a query describes, frozen with a verdict on each. */
function FromQuery({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [planning, setPlanning] = useState<string>();
  return (
    <Space.Compact style={{ width: '100%' }}>
      <Input
        aria-label={t('replays.query')}
        placeholder="state:parked partner:LSW since:1d"
        autoComplete="off"
        className="mono"
        value={query}
        onChange={({ target }) => setQuery(target.value)}
      />
      <Button disabled={query.trim() === ''} onClick={() => setPlanning(query.trim())}>
        {t('replays.fromQuery')}
      </Button>
      {planning !== undefined && (
        <PlanDialog session={session} choice={{ query: planning }} initialKind="retranslate" onClose={() => setPlanning(undefined)} />
      )}
    </Space.Compact>
  );
}
