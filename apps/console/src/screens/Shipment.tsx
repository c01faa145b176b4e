import { useQuery } from '@tanstack/react-query';
import { Alert, Space, Spin, Table, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '../api/client.ts';
import type { Shipment as Answer } from '../api/types.ts';
import { Failure } from '../shell/Failure.tsx';
import { State } from '../shell/State.tsx';
import { stamp } from '../shell/times.ts';
import { detailPath } from './list/columns.tsx';
import { MessageTable } from './list/MessageTable.tsx';

/** Everything of all parties about one shipment, in the order it happened, in two time zones. */
export function Shipment() {
  const { t } = useTranslation();
  const { key = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['shipment', key],
    queryFn: () => api.get<Answer>(`/api/shipments/${encodeURIComponent(key)}`),
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
        {t('shipment.title')} <span className="mono">{data.asked}</span>
      </Typography.Title>
      <Space wrap>
        {data.keys.map(({ key: one, role }) => (
          <Link key={one} to={`/shipments/${encodeURIComponent(one)}`}>
            <Tag color={role === 'goods' ? 'blue' : 'default'} className="mono">
              {one}
            </Tag>
          </Link>
        ))}
      </Space>
      {data.truncated && data.truncated.length > 0 && <Alert type="warning" showIcon title={t('shipment.truncated')} />}
      <Table
        rowKey={(entry) => `${entry.at}${entry.kind}${entry.messageId}${entry.state ?? ''}${entry.cause ?? ''}`}
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={[...data.entries]}
        columns={[
          { title: t('clock.beijing'), dataIndex: 'at', key: 'beijing', render: (at: string) => <time dateTime={at}>{stamp(at)}</time> },
          {
            title: t('clock.astana'),
            dataIndex: 'at',
            key: 'astana',
            render: (at: string) => <time dateTime={at}>{stamp(at, 'astana')}</time>,
          },
          { title: t('shipment.what'), key: 'kind', render: (_, { kind, count }) => `${t(`entry.${kind}`)}${count ? ` × ${count}` : ''}` },
          {
            title: t('message.partner'),
            key: 'partner',
            render: (_, { partner, direction }) => `${partner} · ${t(`direction.${direction}`)}`,
          },
          {
            title: t('message.type'),
            key: 'type',
            render: (_, { type, messageId }) => <Link to={detailPath(messageId)}>{type}</Link>,
          },
          { title: t('message.state'), key: 'state', render: (_, { state }) => state && <State state={state} /> },
          { title: t('shipment.cause'), dataIndex: 'cause', className: 'mono' },
          { title: t('shipment.actor'), dataIndex: 'actor', className: 'mono' },
        ]}
      />
      <MessageTable lines={data.messages} />
    </Space>
  );
}
