import { useQuery } from '@tanstack/react-query';
import { Card, Col, List, Row, Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import type { Incident } from '../api/incidents.ts';
import type { Bounded, Page } from '../api/types.ts';
import { Failure } from '../shell/Failure.tsx';
import { MessageTable } from './list/MessageTable.tsx';

const REFRESH = 15_000;
/** What needs a person, each a query of the list. Names are the last part of their texts' keys (`tile.…`). */
const TILES = [
  ['deadline', 'deadline:4h'],
  ['unknown', 'state:unknown'],
  ['parked', 'state:parked'],
  ['refused', 'state:refused since:24h'],
  ['expired', 'state:expired since:7d'],
] as const;

const listPath = (query: string): string => `/messages?q=${encodeURIComponent(query)}`;

/** Numbers of what needs a person; each leads to its list. */
export function Tiles() {
  return (
    <Row gutter={[16, 16]}>
      {TILES.map(([name, query]) => (
        <Col key={name} flex="1 1 160px">
          <Tile name={name} query={query} />
        </Col>
      ))}
    </Row>
  );
}

function Tile({ name, query }: { name: string; query: string }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['tile', query],
    queryFn: () => api.get<Bounded>(`/api/messages/count?q=${encodeURIComponent(query)}`),
    refetchInterval: REFRESH,
  });
  return (
    <Card size="small">
      <Link to={listPath(query)}>
        <Statistic
          title={t(`tile.${name}`)}
          value={data ? `${data.count}${data.more ? '+' : ''}` : '…'}
          styles={{ content: { fontSize: 22 } }}
        />
      </Link>
    </Card>
  );
}

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
