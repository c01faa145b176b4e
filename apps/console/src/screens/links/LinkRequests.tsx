import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Space, Spin, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import type { LinkRequest, RequestAct } from '../../api/links.ts';
import { nameOf } from '../../api/replays.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';

const MARKS: Readonly<Record<LinkRequest['state'], readonly [string, string]>> = {
  submitted: ['…', 'processing'],
  done: ['✓', 'success'],
  refused: ['✕', 'error'],
  expired: ['–', 'default'],
};

/** What somebody asked for on a link, and the second person decides on. */
export function LinkRequests() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['requests'],
    queryFn: () => api.get<{ requests: LinkRequest[] }>('/api/links/requests?limit=20'),
    refetchInterval: 15_000,
  });
  const [deciding, setDeciding] = useState<{ readonly act: RequestAct; readonly request: LinkRequest }>();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  // Not a table under a veil: what cannot be read yet is not shown.
  if (!data) return <Spin description={t('common.loading')} />;
  const name = ({ kind, subject }: LinkRequest) => t(`request.kinds.${kind}`, { subject });
  const submit = async ({ reason }: { reason: string }) => {
    const { act, request } = deciding!;
    await api.post(`/api/links/requests/${request.id}/${act}`, { digest: request.digest, reason });
    await Promise.all(
      ['requests', 'blocked', 'standing', 'letters', 'dead-queues'].map((one) => client.invalidateQueries({ queryKey: [one] })),
    );
  };
  return (
    <Card title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('request.title')}</h2>} size="small">
      <Table<LinkRequest>
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={data.requests}
        locale={{ emptyText: t('common.none') }}
        scroll={{ x: 'max-content' }}
        columns={[
          {
            title: t('message.state'),
            dataIndex: 'state',
            render: (state: LinkRequest['state']) => (
              <Tag color={MARKS[state][1]}>
                <span aria-hidden="true">{MARKS[state][0]}</span> {t(`request.states.${state}`)}
              </Tag>
            ),
          },
          { title: t('request.what'), key: 'what', render: (_, one) => `${name(one)} · ${one.link}` },
          { title: t('common.reason'), dataIndex: 'reason' },
          { title: t('replays.author'), key: 'author', render: (_, { author }) => nameOf(author.name) },
          {
            title: t('audit.approver'),
            key: 'approver',
            render: (_, { approver, decision }) => approver && `${nameOf(approver.name)}: ${decision ?? ''}`,
          },
          { title: t('debt.since'), dataIndex: 'at', render: (at: string) => <Moment at={at} /> },
          {
            title: t('request.decide'),
            key: 'decide',
            render: (_, request) => (
              <Space>
                {request.may.map((act) => (
                  <Button
                    key={act}
                    size="small"
                    danger={act === 'refuse'}
                    aria-label={`${t(`request.${act}`)}: ${name(request)}`}
                    onClick={() => setDeciding({ act, request })}
                  >
                    {t(`request.${act}`)}
                  </Button>
                ))}
              </Space>
            ),
          },
        ]}
      />
      {deciding && (
        <Reasoned
          title={`${t(`request.${deciding.act}`)}: ${name(deciding.request)}`}
          danger={deciding.act === 'refuse'}
          onSubmit={submit}
          onClose={() => setDeciding(undefined)}
        >
          <pre className="breaks" style={{ whiteSpace: 'pre-wrap' }}>
            {JSON.stringify(JSON.parse(deciding.request.action), undefined, 2)}
          </pre>
        </Reasoned>
      )}
    </Card>
  );
}
