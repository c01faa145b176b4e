import { useQuery } from '@tanstack/react-query';
import { Button, Space, Spin, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api } from '../../api/client.ts';
import { versionPath, type MappingVersionLine } from '../../api/mapping-versions.ts';
import { nameOf } from '../../api/replays.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Heading } from '../../shell/Heading.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { MappingVersionDetail } from './MappingVersionDetail.tsx';
import { VersionState } from './parts.tsx';
import { VersionEditor } from './VersionEditor.tsx';

/** Versions of partners' mappings; the one whose id stands in the address, whole. */
export function MappingVersions({ session }: { session: Session }) {
  const [parameters] = useSearchParams();
  const id = parameters.get('id');
  return id === null ? <List session={session} /> : <MappingVersionDetail key={id} id={id} session={session} />;
}

function List({ session }: { session: Session }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [drafting, setDrafting] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['mapping-versions'],
    queryFn: () => api.get<{ versions: MappingVersionLine[] }>('/api/mapping-versions?limit=200'),
    refetchInterval: 15_000,
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="middle">
      <Heading screen="mappings" part="mapping-versions" session={session} />
      {may(session, 'mappings.manage') && <Button onClick={() => setDrafting(true)}>{t('mappingVersion.draft')}</Button>}
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Spin description={t('common.loading')} />}
      {data && (
        <Table<MappingVersionLine>
          rowKey="id"
          size="small"
          scroll={{ x: 'max-content' }}
          pagination={{ pageSize: 25, showSizeChanger: false, hideOnSinglePage: true }}
          dataSource={data.versions}
          locale={{ emptyText: t('mappingVersion.none') }}
          columns={[
            {
              title: t('message.mapping'),
              key: 'mapping',
              className: 'mono',
              render: (_, { id, mapping, number }) => <Link to={versionPath(id)}>{`${mapping}@v${number}`}</Link>,
            },
            {
              title: t('message.state'),
              dataIndex: 'state',
              render: (state: MappingVersionLine['state']) => <VersionState state={state} />,
            },
            { title: t('mappingVersion.base'), dataIndex: 'base', className: 'mono' },
            { title: t('mappingVersion.links'), dataIndex: 'links', render: (links: string[]) => links.join(', ') },
            { title: t('common.reason'), dataIndex: 'reason' },
            { title: t('replays.author'), key: 'author', render: (_, { author }) => nameOf(author.name) },
            { title: t('audit.approver'), key: 'approver', render: (_, { approver }) => approver && nameOf(approver.name) },
            { title: t('message.received'), dataIndex: 'at', render: (at: string) => <Moment at={at} /> },
          ]}
        />
      )}
      {drafting && <VersionEditor onClose={() => setDrafting(false)} onDrafted={(id) => void navigate(versionPath(id))} />}
    </Space>
  );
}
