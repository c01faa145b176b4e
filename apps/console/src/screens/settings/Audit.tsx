import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Form, Input, Space, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api } from '../../api/client.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';

interface Entry {
  readonly sequence: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly reason?: string;
  readonly approver?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly at: string;
  readonly digest: string;
}

const PAGE = 50;
const FIELDS = ['actor', 'action', 'subject'] as const;
type Filter = Partial<Record<(typeof FIELDS)[number], string>>;

/** Who did what, when and why, newest first; the filter is in the address. */
export function Audit() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const filter = Object.fromEntries(FIELDS.flatMap((name) => (parameters.get(name) ? [[name, parameters.get(name)!]] : []))) as Filter;
  const pages = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ ...filter, limit: String(PAGE), ...(pageParam === 0 ? {} : { before: String(pageParam) }) });
      return api.get<{ entries: Entry[] }>(`/api/audit?${query}`);
    },
    initialPageParam: 0,
    getNextPageParam: ({ entries }) => (entries.length === PAGE ? entries.at(-1)?.sequence : undefined),
  });
  const search = (given: Filter) => setParameters(Object.fromEntries(Object.entries(given).filter(([, value]) => value)));
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Form layout="inline" initialValues={filter} onFinish={search}>
        {FIELDS.map((name) => (
          <Form.Item key={name} name={name} label={t(`audit.${name}`)}>
            <Input allowClear autoComplete="off" />
          </Form.Item>
        ))}
        <Button htmlType="submit">{t('search.title')}</Button>
      </Form>
      {pages.error ? (
        <Failure error={pages.error} onRetry={() => void pages.refetch()} />
      ) : (
        <Table<Entry>
          rowKey="sequence"
          size="small"
          loading={pages.isPending}
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={pages.data?.pages.flatMap(({ entries }) => entries) ?? []}
          columns={[
            { title: '#', dataIndex: 'sequence', align: 'right' },
            { title: t('message.received'), dataIndex: 'at', render: (at: string) => <Moment at={at} /> },
            { title: t('audit.actor'), dataIndex: 'actor', className: 'mono' },
            { title: t('audit.action'), dataIndex: 'action', className: 'mono' },
            { title: t('audit.subject'), dataIndex: 'subject', className: 'mono' },
            { title: t('common.reason'), dataIndex: 'reason' },
            { title: t('audit.approver'), dataIndex: 'approver' },
            { title: t('audit.change'), key: 'change', className: 'mono', render: (_, entry) => changeOf(entry) },
          ]}
        />
      )}
      {pages.hasNextPage && <Button onClick={() => void pages.fetchNextPage()}>{t('common.more')}</Button>}
    </Space>
  );
}

const changeOf = ({ before, after }: Entry): string =>
  [before, after].flatMap((one) => (one === undefined || one === null ? [] : [JSON.stringify(one)])).join(' → ');
