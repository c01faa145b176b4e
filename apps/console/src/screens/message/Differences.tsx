import { useQuery } from '@tanstack/react-query';
import { Alert, Empty, Select, Space, Spin, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import type { Differences as Answer } from '../../api/content.ts';
import type { Detail } from '../../api/types.ts';
import { Failure } from '../../shell/Failure.tsx';

interface Other {
  readonly messageId: string;
  readonly direction: 'in' | 'out';
}

/** What a relative of the message says otherwise: what came against what went, or one version against another. */
export function Differences({ detail }: { detail: Detail }) {
  const { t } = useTranslation();
  const others = othersOf(detail);
  const [at, setAt] = useState(0);
  const other = others[at];
  const { messageId, direction } = detail;
  const { data, error, refetch } = useQuery({
    queryKey: ['differences', messageId, direction, other],
    enabled: other !== undefined,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    queryFn: () => {
      const { messageId: withId, direction: withDirection } = other as Other;
      const parameters = new URLSearchParams({ direction, with: withId, withDirection });
      return api.get<Answer>(`/api/messages/${encodeURIComponent(messageId)}/diff?${parameters.toString()}`);
    },
  });
  if (!other) return <Empty description={t('common.none')} />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Select
        aria-label={t('differences.with')}
        value={at}
        onChange={setAt}
        style={{ minWidth: 420 }}
        options={others.map((one, value) => ({ value, label: `${t(`direction.${one.direction}`)} · ${one.messageId}` }))}
      />
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Spin description={t('common.loading')} />}
      {data?.masked && <Alert type="info" showIcon title={t('content.masked')} />}
      {data && <Rows answer={data} />}
    </Space>
  );
}

function Rows({ answer: { differences, more } }: { answer: Answer }) {
  const { t } = useTranslation();
  return (
    <>
      <Table
        rowKey={({ path, message, kind }) => `${message}${kind}${path}`}
        size="small"
        className="breaks"
        tableLayout="fixed"
        pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
        dataSource={[...differences]}
        locale={{ emptyText: t('differences.none') }}
        columns={[
          { title: t('differences.kind'), dataIndex: 'kind', render: (kind: string) => <Tag>{t(`differences.${kind}`)}</Tag> },
          { title: t('content.canonical'), dataIndex: 'path', className: 'mono' },
          { title: t('differences.before'), key: 'before', render: (_, { before }) => shown(before?.value) },
          { title: t('differences.after'), key: 'after', render: (_, { after }) => shown(after?.value) },
        ]}
      />
      {more > 0 && <span>{t('content.more', { number: more })}</span>}
    </>
  );
}

function othersOf({ source, related }: Detail): Other[] {
  const origin: Other[] = source ? [{ messageId: source.messageId, direction: 'in' }] : [];
  return [...origin, ...related.filter(({ messageId, direction }) => direction !== 'in' || messageId !== source?.messageId)];
}

const shown = (value: unknown): string => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
