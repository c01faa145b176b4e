import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Spin, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import type { BlockedKey } from '../../api/links.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { KeyLinks } from '../../shell/KeyLinks.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { State } from '../../shell/State.tsx';
import { detailPath } from '../list/columns.tsx';

/** Messages of which nobody knows whether they arrived, and those that hold the later ones of their key up. */
export function BlockedKeys({ session }: { session: Session }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['blocked'],
    queryFn: () => api.get<{ keys: BlockedKey[] }>('/api/links/keys'),
    refetchInterval: 15_000,
  });
  const [asking, setAsking] = useState<BlockedKey>();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  // Not a table under a veil: what cannot be read yet is not shown.
  if (!data) return <Spin description={t('common.loading')} />;
  const submit = async ({ reason }: { reason: string }) => {
    const { link, key } = asking!;
    await api.post(`/api/links/${encodeURIComponent(link)}/release`, { key, request: crypto.randomUUID(), reason });
    await client.invalidateQueries({ queryKey: ['requests'] });
  };
  return (
    <Card title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('blocked.title')}</h2>} size="small">
      <Table<BlockedKey>
        rowKey="position"
        size="small"
        pagination={false}
        dataSource={data.keys}
        locale={{ emptyText: t('blocked.none') }}
        scroll={{ x: 'max-content' }}
        columns={[
          { title: t('message.key'), dataIndex: 'key', render: (key: string) => <KeyLinks keys={[key]} /> },
          { title: t('message.link'), dataIndex: 'link' },
          { title: t('message.type'), key: 'type', render: (_, { type, messageId }) => <Link to={detailPath(messageId)}>{type}</Link> },
          { title: t('message.state'), dataIndex: 'state', render: (state: string) => <State state={state} /> },
          { title: t('message.code'), dataIndex: 'code', className: 'mono' },
          { title: t('message.attempts'), dataIndex: 'attempts', align: 'right' },
          {
            title: t('blocked.behind'),
            key: 'behind',
            align: 'right',
            render: (_, { behind: { count, more } }) => (more ? `${count}+` : count),
          },
          { title: t('debt.since'), dataIndex: 'since', render: (at: string) => <Moment at={at} /> },
          ...(may(session, 'links.manage')
            ? [
                {
                  title: t('blocked.release'),
                  key: 'release',
                  render: (_: unknown, line: BlockedKey) => (
                    <Button size="small" aria-label={t('blocked.releaseKey', { key: line.key })} onClick={() => setAsking(line)}>
                      {t('blocked.release')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {asking && (
        <Reasoned title={t('blocked.releaseKey', { key: asking.key })} danger onSubmit={submit} onClose={() => setAsking(undefined)} />
      )}
    </Card>
  );
}
