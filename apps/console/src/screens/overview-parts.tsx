import { useQuery } from '@tanstack/react-query';
import { Card, List } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import type { Incident } from '../api/incidents.ts';
import type { Page } from '../api/types.ts';
import { Failure } from '../shell/Failure.tsx';
import { MessageTable } from './list/MessageTable.tsx';

const REFRESH = 15_000;
/** Messages that still have to go and whose deadline is near. */
export function DeadlineRisk() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['deadline-risk'],
    queryFn: () => api.get<Page>(`/api/messages?limit=10&q=${encodeURIComponent('deadline:4h')}`),
    refetchInterval: REFRESH,
  });
  return (
    <Card size="small" title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('overview.deadline')}</h2>}>
      {error ? (
        <Failure error={error} />
      ) : (
        <MessageTable
          lines={data?.messages ?? []}
          loading={!data}
          columns={['state', 'type', 'partner', 'key', 'deadline', 'attempts']}
          empty={t('overview.noDeadline')}
        />
      )}
    </Card>
  );
}

/** The incidents that people have not done with, newest first. */
export function TopIncidents() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['top-incidents'],
    queryFn: () => api.get<{ incidents: Incident[] }>('/api/incidents?state=open,acknowledged,fixing&limit=5'),
    refetchInterval: REFRESH,
  });
  return (
    <Card
      size="small"
      title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('overview.incidents')}</h2>}
      extra={<Link to="/incidents">{t('nav.incidents')}</Link>}
    >
      {error ? (
        <Failure error={error} />
      ) : (
        <List
          size="small"
          loading={!data}
          dataSource={data?.incidents ?? []}
          locale={{ emptyText: t('overview.noIncidents') }}
          renderItem={({ id, code, partner, type, messages, state }) => (
            <List.Item extra={t(`incidentState.${state}`)}>
              <Link to={`/incidents/${id}`}>
                <span className="mono">{code}</span> · {partner} · {type}
              </Link>
              <span style={{ marginInline: 12 }}>{t('message.count', { count: Number(messages) })}</span>
            </List.Item>
          )}
        />
      )}
    </Card>
  );
}
