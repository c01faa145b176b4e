import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Segmented, Space, Spin, Table, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import type { Content as Answer, ContentField } from '../../api/content.ts';
import { may, type Session } from '../../api/session.ts';
import type { Detail } from '../../api/types.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';

interface Props {
  readonly detail: Pick<Detail, 'messageId' | 'direction'>;
  readonly session: Session;
}

/** What the document says, field by field: masked, or whole for whoever has the right or gives a reason. */
export function Content({ detail: { messageId, direction }, session }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const key = ['content', messageId, direction];
  const path = `/api/messages/${encodeURIComponent(messageId)}`;
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: () => api.get<Answer>(`${path}/content?direction=${direction}`),
    // Each look at a payload is on record: none happens by itself.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const reveal = async ({ reason }: { reason: string }) =>
    void queries.setQueryData(key, await api.post<Answer>(`${path}/reveal`, { direction, reason }));
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space wrap>
        {data.mapping && <span className="mono">{`${data.mapping.id}@${data.mapping.version}`}</span>}
        {data.charset && <span className="mono">{data.charset}</span>}
        <span>{t('content.bytes', { number: data.bytes })}</span>
        {data.state === 'masked' && may(session, 'payloads.reveal') && (
          <Button onClick={() => setAsking(true)}>{t('content.reveal')}</Button>
        )}
      </Space>
      {data.state !== 'whole' && <Alert type={data.state === 'masked' ? 'info' : 'warning'} showIcon title={t(`content.${data.state}`)} />}
      <Shown content={data} />
      {asking && <Reasoned title={t('content.reveal')} onSubmit={reveal} onClose={() => setAsking(false)} />}
    </Space>
  );
}

function Shown({ content }: { content: Answer }) {
  const { t } = useTranslation();
  const [as, setAs] = useState<'fields' | 'text'>('fields');
  if (content.text === undefined) return <Fields content={content} />;
  return (
    <>
      <Segmented<'fields' | 'text'>
        value={as}
        onChange={setAs}
        aria-label={t('content.view')}
        options={[
          { value: 'fields', label: t('content.fields') },
          { value: 'text', label: t('content.text') },
        ]}
      />
      {as === 'fields' ? (
        <Fields content={content} />
      ) : (
        <>
          {content.textCut && <Alert type="warning" showIcon title={t('content.cut')} />}
          <pre className="document" tabIndex={0} aria-label={t('content.text')}>
            {content.text}
          </pre>
        </>
      )}
    </>
  );
}

function Fields({ content: { fields, more } }: { content: Answer }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState('');
  const needle = wanted.trim().toLowerCase();
  const shown = fields.filter((field) => holds(field, needle));
  if (fields.length === 0) return null;
  return (
    <>
      <Input
        allowClear
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
        placeholder={t('content.filter')}
        aria-label={t('content.filter')}
      />
      <Table
        rowKey={(field) => fields.indexOf(field)}
        size="small"
        className="breaks"
        tableLayout="fixed"
        pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
        dataSource={shown}
        locale={{ emptyText: t('common.none') }}
        columns={[
          {
            title: `${t('content.place')} · ${t('content.canonical')}`,
            dataIndex: 'pointer',
            className: 'mono',
            width: '45%',
            render: (pointer: string, { canonical }) => (
              <>
                {pointer}
                {canonical !== undefined && <div>→ {canonical}</div>}
              </>
            ),
          },
          { title: t('content.value'), dataIndex: 'value', render: (value: string, { masked }) => <Value text={value} masked={masked} /> },
          { title: t('content.meaning'), dataIndex: 'meaning' },
          { title: t('content.rule'), dataIndex: 'rule', className: 'mono' },
        ]}
      />
      {more > 0 && <span>{t('content.more', { number: more })}</span>}
    </>
  );
}

const Value = ({ text, masked }: { text: string; masked: boolean }) =>
  masked ? <Typography.Text strong>{text}</Typography.Text> : <span>{text}</span>;

const holds = ({ pointer, canonical = '', value }: ContentField, needle: string): boolean =>
  needle === '' || [pointer, canonical, value].some((text) => text.toLowerCase().includes(needle));
