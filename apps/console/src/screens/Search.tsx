import { useQuery } from '@tanstack/react-query';
import { Empty, List, Space, Spin, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import type { SearchAnswer } from '../api/types.ts';
import { Failure } from '../shell/Failure.tsx';
import { detailPath } from './list/columns.tsx';

/** What was typed may mean, and why; straight to the shipment when it can mean one thing only. */
export function Search() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const q = parameters.get('q') ?? '';
  const { data, error, refetch } = useQuery({
    queryKey: ['search', q],
    queryFn: () => api.get<SearchAnswer>(`/api/search?q=${encodeURIComponent(q)}`),
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const only = data.keys.length === 1 ? data.keys[0] : undefined;
  if (only) return <Navigate to={`/shipments/${encodeURIComponent(only.key)}`} replace />;
  const message = data.guesses.find(({ kind, count }) => kind === 'message-id' && (count?.count ?? 0) > 0);
  if (message) return <Navigate to={detailPath(message.value)} replace />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Typography.Title level={1} style={{ fontSize: 22 }}>
        {t('search.title')} <span className="mono">{q}</span>
      </Typography.Title>
      {data.keys.length > 0 ? (
        <List
          bordered
          dataSource={[...data.keys]}
          renderItem={({ key, count }) => (
            <List.Item>
              <Link className="mono" to={`/shipments/${encodeURIComponent(key)}`}>
                {key}
              </Link>
              <span>
                {t('message.count', { count: count.count })}
                {count.more && '+'}
              </span>
            </List.Item>
          )}
        />
      ) : (
        <Empty description={t('search.nothing')} />
      )}
      <Space wrap>
        {data.guesses.map(({ kind, value, reason, checkDigit }) => (
          <Tag key={kind + value} {...(checkDigit === 'wrong' ? { color: 'warning' } : {})}>
            {t(`kind.${kind}`)}: <span className="mono">{value}</span> — {t(`reason.${reason}`)}
          </Tag>
        ))}
      </Space>
    </Space>
  );
}
