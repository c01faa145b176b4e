import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Card, Spin, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { Failure } from '../shell/Failure.tsx';
import { Moment } from '../shell/Moment.tsx';
import { State } from '../shell/State.tsx';
import { detailPath } from './list/columns.tsx';

interface Debt {
  readonly position: string;
  readonly link: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly owed: 'R1' | 'R2' | 'R3';
  readonly messageId: string;
  readonly type: string;
  readonly state: string;
  readonly since: string;
  readonly due: string;
  readonly asked: number;
}

const PAGE = 20;

/** Who owes whom which receipt or business answer, oldest first. */
export function Debts() {
  const { t } = useTranslation();
  const pages = useInfiniteQuery({
    queryKey: ['debts'],
    queryFn: ({ pageParam }) => api.get<{ debts: Debt[] }>(`/api/debts?limit=${PAGE}${pageParam === '' ? '' : `&after=${pageParam}`}`),
    initialPageParam: '',
    getNextPageParam: ({ debts }) => (debts.length === PAGE ? debts.at(-1)?.position : undefined),
  });
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  if (!pages.data) return <Spin description={t('common.loading')} />;
  return (
    <Card title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('debt.title')}</h2>} size="small">
      <Table<Debt>
        rowKey={({ position, owed, debtor }) => `${position}${owed}${debtor}`}
        size="small"
        pagination={false}
        dataSource={pages.data.pages.flatMap(({ debts }) => debts)}
        locale={{ emptyText: t('debt.none') }}
        scroll={{ x: 'max-content' }}
        columns={[
          { title: t('debt.debtor'), dataIndex: 'debtor' },
          { title: t('debt.creditor'), dataIndex: 'creditor' },
          { title: t('debt.owed'), dataIndex: 'owed', render: (owed: string) => t(`debt.${owed}`) },
          { title: t('message.type'), key: 'type', render: (_, { type, messageId }) => <Link to={detailPath(messageId)}>{type}</Link> },
          { title: t('message.state'), dataIndex: 'state', render: (state: string) => <State state={state} /> },
          { title: t('debt.since'), dataIndex: 'since', render: (at: string) => <Moment at={at} /> },
          { title: t('debt.due'), dataIndex: 'due', render: (at: string) => <Moment at={at} /> },
          { title: t('debt.asked'), dataIndex: 'asked', align: 'right' },
        ]}
      />
      {pages.hasNextPage && <Button onClick={() => void pages.fetchNextPage()}>{t('common.more')}</Button>}
    </Card>
  );
}
