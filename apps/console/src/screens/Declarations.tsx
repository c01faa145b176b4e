import { useQuery } from '@tanstack/react-query';
import { Empty, Input, Space, Spin, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api, ApiError } from '../api/client.ts';
import { titleIn, type Titles } from '../api/reference.ts';
import { may, type Session } from '../api/session.ts';
import { Failure } from '../shell/Failure.tsx';
import { Heading } from '../shell/Heading.tsx';
import { Moment } from '../shell/Moment.tsx';
import { detailPath } from './list/columns.tsx';

interface Notice {
  readonly listId: string;
  readonly code: string;
  readonly dateTime?: string;
  readonly sender: string;
  readonly messageId: string;
  readonly receivedAt: string;
}
interface Shown {
  readonly states: readonly Notice[];
  readonly notices: readonly Notice[];
}

/** Where a declaration stands with customs: the notice of highest rank, whatever the order of arrival, and each that was told. */
export function Declarations({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const number = address.get('number') ?? '';
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['declaration', number],
    queryFn: () => api.get<Shown>(`/api/declarations/${encodeURIComponent(number)}`),
    enabled: number !== '',
  });
  const unknown = error instanceof ApiError && error.status === 404;
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Heading screen="messages" part="declarations" session={session} />
      <Input.Search
        key={number}
        defaultValue={number}
        enterButton={t('declaration.show')}
        placeholder={t('declaration.number')}
        aria-label={t('declaration.number')}
        style={{ maxWidth: 560 }}
        onSearch={(text) => text.trim() !== '' && setAddress({ number: text.trim() })}
      />
      {number === '' && <Empty description={t('declaration.hint')} />}
      {unknown && <Empty description={t('declaration.unknown')} />}
      {error && !unknown && <Failure error={error} onRetry={() => void refetch()} />}
      {number !== '' && isPending && <Spin description={t('common.loading')} />}
      {data && (
        <>
          <Notices title={t('declaration.states')} notices={data.states} session={session} empty={t('declaration.noState')} />
          <Notices title={t('declaration.notices')} notices={data.notices} session={session} empty={t('declaration.noState')} />
        </>
      )}
    </Space>
  );
}

interface NoticesProps {
  readonly title: string;
  readonly notices: readonly Notice[];
  readonly session: Session;
  readonly empty: string;
}

function Notices({ title, notices, session, empty }: NoticesProps) {
  const { t } = useTranslation();
  return (
    <Table<Notice>
      rowKey={({ listId, code, messageId }) => `${listId}${code}${messageId}`}
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      title={() => <h2 style={{ fontSize: 16, margin: 0 }}>{title}</h2>}
      dataSource={[...notices]}
      locale={{ emptyText: empty }}
      columns={[
        { title: t('message.state'), key: 'code', render: (_, { listId, code }) => <Code list={listId} code={code} session={session} /> },
        { title: t('declaration.told'), dataIndex: 'dateTime', render: (at?: string) => at ?? '–' },
        { title: t('message.received'), dataIndex: 'receivedAt', render: (at: string) => <Moment at={at} /> },
        { title: t('message.partner'), dataIndex: 'sender' },
        {
          title: t('message.id'),
          dataIndex: 'messageId',
          className: 'mono',
          render: (id: string) => <Link to={detailPath(id)}>{id}</Link>,
        },
      ]}
    />
  );
}

/** The code with its meaning, for whoever may read the code lists. */
function Code({ list, code, session }: { list: string; code: string; session: Session }) {
  const { i18n } = useTranslation();
  const { data } = useQuery({
    queryKey: ['codelists', list],
    queryFn: () => api.get<{ codes: { code: string; title: Titles }[] }>(`/api/codelists/codes?id=${encodeURIComponent(list)}`),
    enabled: may(session, 'mappings.read'),
    staleTime: Infinity,
  });
  const found = data?.codes.find((one) => one.code === code);
  return (
    <>
      <span className="mono">{code}</span> {found && titleIn(found.title, i18n.language)}{' '}
      <Typography.Text type="secondary" className="mono">
        {list}
      </Typography.Text>
    </>
  );
}
