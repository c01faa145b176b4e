import { Input, Space, Spin, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { titleIn, type MappingLine } from '../../api/reference.ts';
import type { Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Heading } from '../../shell/Heading.tsx';
import { MappingDetail } from './MappingDetail.tsx';
import { Status, useMappings } from './parts.tsx';

/** Every mapping that is loaded; the one whose id stands in the address, with its rules. */
export function Mappings({ session }: { session: Session }) {
  const [parameters] = useSearchParams();
  const id = parameters.get('id');
  return id === null ? <List session={session} /> : <MappingDetail key={id} id={id} />;
}

const mappingPath = (id: string): string => `/mappings?id=${encodeURIComponent(id)}`;

function List({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const [wanted, setWanted] = useState('');
  const { data, error, refetch } = useMappings();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const needle = wanted.trim().toLowerCase();
  const shown = data.mappings.filter(({ id, type, canonicalType = '', title }) =>
    [id, type, canonicalType, ...Object.values(title)].some((text) => text?.toLowerCase().includes(needle)),
  );
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="middle">
      <Heading screen="mappings" part="mappings" session={session} />
      <Input
        allowClear
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
        placeholder={t('mapping.filter')}
        aria-label={t('mapping.filter')}
        style={{ maxWidth: 480 }}
      />
      <Table<MappingLine>
        // Several versions of one mapping may be in place.
        rowKey={({ id, version }) => `${id}@${version}`}
        size="small"
        scroll={{ x: 'max-content' }}
        pagination={{ pageSize: 25, showSizeChanger: false, hideOnSinglePage: true }}
        dataSource={shown}
        locale={{ emptyText: t('mapping.none') }}
        columns={[
          {
            title: t('message.mapping'),
            dataIndex: 'id',
            className: 'mono',
            render: (id: string) => (id === 'canonical/json' ? id : <Link to={mappingPath(id)}>{id}</Link>),
          },
          { title: t('mapping.version'), dataIndex: 'version', className: 'mono' },
          { title: t('mapping.title'), key: 'title', render: (_, { title }) => titleIn(title, i18n.language) },
          { title: t('mapping.syntax'), dataIndex: 'syntax' },
          {
            title: t('mapping.canonical'),
            key: 'canonical',
            render: (_, { canonicalType, envelope }) => (envelope ? t('mapping.envelope') : canonicalType),
          },
          { title: t('message.state'), dataIndex: 'status', render: (status: string) => <Status status={status} /> },
          { title: t('mapping.links'), key: 'links', render: (_, { links }) => links.join(', ') },
        ]}
      />
    </Space>
  );
}
