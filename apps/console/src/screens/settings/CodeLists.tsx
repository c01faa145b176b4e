import { useQuery } from '@tanstack/react-query';
import { Input, Modal, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { titleIn, type Titles } from '../../api/reference.ts';
import { Failure } from '../../shell/Failure.tsx';

interface List {
  readonly id: string;
  readonly version: string;
  readonly title: Titles;
  readonly open: boolean;
  readonly codes: number;
}
interface Code {
  readonly code: string;
  readonly title: Titles;
  readonly canonical?: string;
  readonly status?: string;
}

/** Code lists by which messages are read: their versions and codes. A new version comes by `landbridge codelists import`. */
export function CodeLists() {
  const { t, i18n } = useTranslation();
  const [wanted, setWanted] = useState('');
  const [shown, setShown] = useState<List>();
  const { data, error, refetch } = useQuery({
    queryKey: ['codelists'],
    queryFn: () => api.get<{ lists: List[] }>('/api/codelists'),
    staleTime: Infinity,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  const needle = wanted.trim().toLowerCase();
  const fits = ({ id, title }: List) => [id, ...Object.values(title)].some((text) => text?.toLowerCase().includes(needle));
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Typography.Text type="secondary">{t('codes.hint')}</Typography.Text>
      <Input
        allowClear
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
        placeholder={t('codes.filter')}
        aria-label={t('codes.filter')}
        style={{ maxWidth: 480 }}
      />
      <Table<List>
        rowKey="id"
        size="small"
        loading={!data}
        pagination={{ pageSize: 25, showSizeChanger: false, hideOnSinglePage: true }}
        dataSource={data?.lists.filter(fits) ?? []}
        locale={{ emptyText: t('codes.none') }}
        columns={[
          {
            title: t('codes.list'),
            key: 'id',
            render: (_, list) => (
              <Typography.Link className="mono" onClick={() => setShown(list)} href={`#${list.id}`}>
                {list.id}
              </Typography.Link>
            ),
          },
          { title: t('mapping.title'), key: 'title', render: (_, { title }) => titleIn(title, i18n.language) },
          { title: t('mapping.version'), dataIndex: 'version', className: 'mono' },
          { title: t('codes.codes'), dataIndex: 'codes', align: 'right' },
        ]}
      />
      {shown && <Codes list={shown} onClose={() => setShown(undefined)} />}
    </Space>
  );
}

function Codes({ list, onClose }: { list: List; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['codelists', list.id],
    queryFn: () => api.get<{ codes: Code[] }>(`/api/codelists/codes?id=${encodeURIComponent(list.id)}`),
    staleTime: Infinity,
  });
  return (
    <Modal open title={`${list.id} · ${titleIn(list.title, i18n.language)}`} footer={null} width={760} onCancel={onClose}>
      {error && <Failure error={error} />}
      <Table<Code>
        rowKey="code"
        size="small"
        loading={!data && !error}
        pagination={{ pageSize: 20, showSizeChanger: false, hideOnSinglePage: true }}
        dataSource={data?.codes ?? []}
        locale={{ emptyText: t('codes.none') }}
        columns={[
          { title: t('codes.code'), dataIndex: 'code', className: 'mono' },
          { title: t('content.meaning'), key: 'title', render: (_, { title }) => titleIn(title, i18n.language) },
          { title: t('content.canonical'), dataIndex: 'canonical', className: 'mono' },
          { title: t('message.state'), dataIndex: 'status', render: (status?: string) => status && t(`mapping.${status}`) },
        ]}
      />
    </Modal>
  );
}
