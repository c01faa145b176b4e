import { Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Key } from '../../api/reference.ts';
import { Moment } from '../../shell/Moment.tsx';

const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  pending: ['…', 'default'],
  published: ['▷', 'processing'],
  active: ['✓', 'success'],
  retiring: ['▽', 'warning'],
  retired: ['–', 'default'],
  compromised: ['✕', 'error'],
};

export function KeyStatus({ status }: { status: string }) {
  const { t } = useTranslation();
  return (
    <Tag color={MARKS[status]?.[1] ?? 'default'}>
      <span aria-hidden="true">{MARKS[status]?.[0]}</span> {t(`key.${status}`)}
    </Tag>
  );
}

export function Keys({ keys }: { keys: readonly Key[] }) {
  const { t } = useTranslation();
  return (
    <Table<Key>
      rowKey="kid"
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={[...keys]}
      locale={{ emptyText: t('key.none') }}
      columns={[
        { title: t('message.state'), dataIndex: 'status', render: (status: string) => <KeyStatus status={status} /> },
        { title: t('key.alg'), dataIndex: 'alg' },
        { title: t('key.kid'), dataIndex: 'kid', className: 'mono' },
        { title: t('key.from'), dataIndex: 'from', render: (at: string) => <Moment at={at} /> },
        { title: t('token.until'), dataIndex: 'until', render: (at?: string) => at && <Moment at={at} /> },
      ]}
    />
  );
}
