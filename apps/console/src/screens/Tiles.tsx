import { useQuery } from '@tanstack/react-query';
import { Card, Col, Row, Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import type { Bounded } from '../api/types.ts';

/** What needs a person, each a query of the list. Names are the last part of their texts' keys (`tile.…`). */
const TILES = [
  ['deadline', 'deadline:4h'],
  ['unknown', 'state:unknown'],
  ['parked', 'state:parked'],
  ['refused', 'state:refused since:24h'],
  ['expired', 'state:expired since:7d'],
] as const;

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
    refetchInterval: 15_000,
  });
  return (
    <Card size="small">
      <Link to={`/messages?q=${encodeURIComponent(query)}`}>
        <Statistic
          title={t(`tile.${name}`)}
          value={data ? `${data.count}${data.more ? '+' : ''}` : '…'}
          styles={{ content: { fontSize: 22 } }}
        />
      </Link>
    </Card>
  );
}
