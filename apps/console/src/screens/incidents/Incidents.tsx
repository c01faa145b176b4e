import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Segmented, Space, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../../api/client.ts';
import type { Incident } from '../../api/incidents.ts';
import { nameOf } from '../../api/replays.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { IncidentState } from './IncidentState.tsx';
import { Sparkline } from './Sparkline.tsx';

/** Which states a view holds; the first is what wants somebody. */
const VIEWS = { active: 'open,acknowledged,fixing,monitored', resolved: 'resolved', ignored: 'ignored' } as const;
type View = keyof typeof VIEWS;
const isView = (name: string | null): name is View => name !== null && name in VIEWS;

interface Page {
  readonly incidents: readonly Incident[];
  readonly next?: string;
}

/** Failures gathered by cause, the one that failed last first. */
export function Incidents() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const asked = address.get('view');
  const view = isView(asked) ? asked : 'active';
  const { data, error, isPending, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['incidents', view],
    initialPageParam: '',
    queryFn: ({ pageParam }) => api.get<Page>(`/api/incidents?state=${VIEWS[view]}${pageParam === '' ? '' : `&cursor=${pageParam}`}`),
    getNextPageParam: ({ next }) => next,
    refetchInterval: 15_000,
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
        {t('nav.incidents')}
      </Typography.Title>
      <Segmented<View>
        value={view}
        onChange={(name) => setAddress({ view: name })}
        aria-label={t('incident.view')}
        options={(Object.keys(VIEWS) as View[]).map((value) => ({ value, label: t(`incident.${value}`) }))}
      />
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Table
          rowKey="id"
          size="small"
          className="breaks"
          loading={isPending}
          pagination={false}
          dataSource={data?.pages.flatMap(({ incidents }) => incidents) ?? []}
          locale={{ emptyText: t('common.none') }}
          columns={[
            {
              title: t('message.state'),
              key: 'state',
              render: (_, { state, cameBack, leftStanding }) => (
                <IncidentState state={state} cameBack={cameBack} leftStanding={leftStanding} />
              ),
            },
            {
              title: t('incident.cause'),
              key: 'cause',
              render: (_, { id, code, path }) => (
                <Link to={`/incidents/${id}`} className="mono">
                  {code} {path}
                </Link>
              ),
            },
            { title: t('message.type'), dataIndex: 'type', className: 'mono' },
            { title: t('message.partner'), key: 'partner', render: (_, { partners }) => partners.join(' ') },
            {
              title: t('incident.hours'),
              key: 'hours',
              render: (_, { hours }) => (
                <Sparkline counts={hours} label={t('incident.inHours', { number: hours.reduce((sum, one) => sum + one, 0) })} />
              ),
            },
            { title: t('incident.messages'), dataIndex: 'messages', align: 'right' },
            { title: t('incident.last'), dataIndex: 'lastAt', render: (at: string) => <Moment at={at} /> },
            { title: t('incident.owner'), key: 'owner', render: (_, { owner }) => nameOf(owner?.name ?? '') },
          ]}
        />
      )}
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{t('common.more')}</Button>}
    </Space>
  );
}
