import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Select, Space, Spin, Table, Tag, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { FORMS, type Differences as Answer, type Form } from '../../api/content.ts';
import { may, type Session } from '../../api/session.ts';
import type { Detail } from '../../api/types.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';

const Compare = lazy(() => import('../../shell/Compare.tsx').then((module) => ({ default: module.Compare })));

interface Side {
  readonly messageId: string;
  readonly direction: 'in' | 'out';
  readonly form: Form;
}
type One = Omit<Side, 'form'>;

const idOf = ({ messageId, direction, form }: Side): string => `${direction} ${messageId} ${form}`;

/** Any two of what was signed, the document, what it means and what was answered, of this message and its relatives. */
export function Differences({ detail, session }: { detail: Detail; session: Session }) {
  const { t } = useTranslation();
  const messages = relativesOf(detail);
  const sides = messages.flatMap((one) => FORMS.map((form): Side => ({ ...one, form })));
  const [first, setFirst] = useState(() => idOf(startOf(messages)[0]));
  const [second, setSecond] = useState(() => idOf(startOf(messages)[1]));
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const [before, after] = [sides.find((side) => idOf(side) === first)!, sides.find((side) => idOf(side) === second)!];
  const path = `/api/messages/${encodeURIComponent(before.messageId)}/diff`;
  const asked = {
    direction: before.direction,
    form: before.form,
    with: after.messageId,
    withDirection: after.direction,
    withForm: after.form,
  };
  const key = ['differences', first, second];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    // Each look at a payload is on record: none happens by itself.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    queryFn: () => api.get<Answer>(`${path}?${new URLSearchParams(asked).toString()}`),
  });
  const reveal = async ({ reason }: { reason: string }) =>
    void queries.setQueryData(key, await api.post<Answer>(path, { ...asked, reason }));
  const options = messages.map((one) => ({
    label: `${t(`direction.${one.direction}`)} · ${one.messageId}`,
    options: FORMS.map((form) => ({ value: idOf({ ...one, form }), label: nameOf(t, { ...one, form }) })),
  }));
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space wrap align="end">
        <Picker label={t('differences.before')} value={first} options={options} onChange={setFirst} />
        <Picker label={t('differences.after')} value={second} options={options} onChange={setSecond} />
        {data?.masked && may(session, 'payloads.reveal') && <Button onClick={() => setAsking(true)}>{t('content.reveal')}</Button>}
      </Space>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Spin description={t('common.loading')} />}
      {data?.masked && <Alert type="info" showIcon title={t('content.masked')} />}
      {data && (
        <>
          <Rows answer={data} />
          <Suspense fallback={<Spin description={t('common.loading')} />}>
            <Compare before={data.before.text} after={data.after.text} names={[nameOf(t, before), nameOf(t, after)]} />
          </Suspense>
        </>
      )}
      {asking && <Reasoned title={t('content.reveal')} onSubmit={reveal} onClose={() => setAsking(false)} />}
    </Space>
  );
}

/** What came beside what went; of a message without relatives its document beside what it means. */
function startOf(messages: readonly One[]): [Side, Side] {
  const came = messages.find(({ direction }) => direction === 'in') ?? messages[0]!;
  const went = messages.find((one) => one.direction === 'out' && one !== came);
  return [{ ...came, form: 'document' }, went ? { ...went, form: 'document' } : { ...came, form: 'canonical' }];
}

type Translate = ReturnType<typeof useTranslation>['t'];
const nameOf = (t: Translate, { direction, form }: Side): string => `${t(`direction.${direction}`)} · ${t(`form.${form}`)}`;

interface PickerProps {
  readonly label: string;
  readonly value: string;
  readonly options: { label: string; options: { value: string; label: string }[] }[];
  readonly onChange: (value: string) => void;
}

function Picker({ label, value, options, onChange }: PickerProps) {
  return (
    <Space orientation="vertical" size={2}>
      <Typography.Text type="secondary">{label}</Typography.Text>
      <Select
        aria-label={label}
        value={value}
        onChange={onChange}
        style={{ minWidth: 320 }}
        options={options}
        popupMatchSelectWidth={false}
      />
    </Space>
  );
}

function Rows({ answer: { differences, more, unrelated } }: { answer: Answer }) {
  const { t } = useTranslation();
  if (unrelated) return <Alert type="info" showIcon title={t('differences.unrelated')} />;
  return (
    <>
      <Table
        rowKey={({ path, message, kind }) => `${message}${kind}${path}`}
        size="small"
        className="breaks"
        tableLayout="fixed"
        pagination={{ pageSize: 10, showSizeChanger: false, hideOnSinglePage: true }}
        dataSource={[...differences]}
        locale={{ emptyText: t('differences.none') }}
        columns={[
          {
            title: t('differences.kind'),
            dataIndex: 'kind',
            width: 130,
            render: (kind: string) => <Tag>{t(`differences.${kind}`)}</Tag>,
          },
          { title: t('content.place'), dataIndex: 'path', className: 'mono', width: '45%' },
          { title: t('differences.before'), key: 'before', render: (_, { before }) => shown(before?.value) },
          { title: t('differences.after'), key: 'after', render: (_, { after }) => shown(after?.value) },
        ]}
      />
      {more > 0 && <span>{t('content.more', { number: more })}</span>}
    </>
  );
}

/** The message itself, then what it was made from and what was made of it. */
function relativesOf({ messageId, direction, source, related }: Detail): One[] {
  const all: One[] = [{ messageId, direction }, ...related, ...(source ? [{ messageId: source.messageId, direction: 'in' as const }] : [])];
  const seen = new Set<string>();
  return all.flatMap((one) => {
    const key = `${one.direction} ${one.messageId}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ messageId: one.messageId, direction: one.direction }];
  });
}

const shown = (value: unknown): string => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
