import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Segmented, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../../api/client.ts';
import type { DeadLetter, DeadQueue } from '../../api/links.ts';
import type { Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Heading } from '../../shell/Heading.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { detailPath } from '../list/columns.tsx';
import { Letter } from './Letter.tsx';
import { LinkRequests } from './LinkRequests.tsx';

const VIEWS = ['open', 'replayed', 'discarded'] as const;
type View = (typeof VIEWS)[number];
interface Page {
  readonly letters: readonly DeadLetter[];
  readonly next?: string;
}

/** What the broker gave up: its own count against the table, and each letter with what may be done about it. */
export function DeadLetters({ session }: { session: Session }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [address, setAddress] = useSearchParams();
  const view = VIEWS.find((name) => name === address.get('view')) ?? 'open';
  const [looking, setLooking] = useState<string>();
  const { data, error, isPending, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['letters', view],
    initialPageParam: '',
    queryFn: ({ pageParam }) => api.get<Page>(`/api/dead-letters?state=${view}${pageParam === '' ? '' : `&before=${pageParam}`}`),
    getNextPageParam: ({ next }) => next,
    refetchInterval: 15_000,
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Heading screen="dead-letters" part="dead-letters" session={session} />
      <Queues />
      <Segmented<View>
        value={view}
        onChange={(name) => setAddress({ view: name })}
        aria-label={t('letter.view')}
        options={VIEWS.map((value) => ({ value, label: t(`letter.${value}`) }))}
      />
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Table<DeadLetter>
          rowKey="id"
          size="small"
          loading={isPending}
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={data?.pages.flatMap(({ letters }) => letters) ?? []}
          locale={{ emptyText: t('letter.none') }}
          columns={[
            { title: t('letter.died'), dataIndex: 'diedAt', render: (at: string) => <Moment at={at} /> },
            { title: t('common.reason'), dataIndex: 'reason', render: (reason: string) => t(`death.${reason}`) },
            { title: t('message.direction'), dataIndex: 'way', render: (way: string) => t(`direction.${way}`) },
            { title: t('message.link'), key: 'link', render: (_, { partner, link }) => `${partner} · ${link}` },
            { title: t('message.type'), dataIndex: 'type', className: 'mono' },
            {
              title: t('message.id'),
              dataIndex: 'messageId',
              className: 'mono',
              render: (id?: string) => id !== undefined && <Link to={detailPath(id)}>{id}</Link>,
            },
            { title: t('letter.outcome'), dataIndex: 'outcome' },
            {
              title: t('letter.look'),
              key: 'look',
              render: (_, { id }) => (
                <Button
                  size="small"
                  aria-label={`${t('letter.look')}: ${t('letter.number', { number: id })}`}
                  onClick={() => setLooking(id)}
                >
                  {t('letter.look')}
                </Button>
              ),
            },
          ]}
        />
      )}
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{t('common.more')}</Button>}
      <LinkRequests />
      {looking !== undefined && (
        <Letter
          id={looking}
          session={session}
          onClose={() => {
            setLooking(undefined);
            for (const name of ['letters', 'requests', 'dead-queues']) void client.invalidateQueries({ queryKey: [name] });
          }}
        />
      )}
    </Space>
  );
}

function Queues() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['dead-queues'],
    queryFn: () => api.get<{ queues: DeadQueue[] }>('/api/dead-letters/queues'),
    refetchInterval: 10_000,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  const faults = data?.queues.filter(({ fault }) => fault !== undefined) ?? [];
  return (
    <>
      {faults.map(({ queue, fault }) => (
        <Alert key={queue} type="warning" showIcon title={`${queue}: ${t(`letter.faults.${fault}`)}`} />
      ))}
      <Table<DeadQueue>
        rowKey="queue"
        size="small"
        loading={isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={data?.queues ?? []}
        locale={{ emptyText: t('letter.noQueues') }}
        columns={[
          { title: t('message.link'), key: 'link', render: (_, { partner, link }) => `${partner} · ${link}` },
          { title: t('letter.queue'), dataIndex: 'queue', className: 'mono' },
          { title: t('letter.atBroker'), dataIndex: 'count', align: 'right', render: (count?: number) => count ?? '?' },
          { title: t('letter.kept'), dataIndex: 'kept', align: 'right' },
          {
            title: t('letter.difference'),
            dataIndex: 'difference',
            align: 'right',
            render: (difference?: number) => (
              <Tag color={difference === 0 ? 'success' : 'error'}>
                <span aria-hidden="true">{difference === 0 ? '✓' : '✕'}</span> {difference ?? '?'}
              </Tag>
            ),
          },
          {
            title: t('common.reason'),
            key: 'reasons',
            render: (_, { letters }) => letters.map(({ reason, count }) => `${t(`death.${reason}`)}: ${count}`).join(' · '),
          },
          {
            title: t('letter.oldest'),
            key: 'oldest',
            render: (_, { letters }) => {
              const oldest = letters.map((one) => one.oldest).toSorted()[0];
              return oldest !== undefined && <Moment at={oldest} />;
            },
          },
        ]}
      />
    </>
  );
}
