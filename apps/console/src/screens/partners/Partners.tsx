import { Space, Spin, Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { titleIn, type Partner } from '../../api/reference.ts';
import type { Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Heading } from '../../shell/Heading.tsx';
import { LinkState } from '../../shell/LinkState.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { KeyStatus } from './Keys.tsx';
import { useKeys, usePartners, useStanding } from './queries.ts';

/** Every partner with its link, its keys and what it speaks. Read only: partners change by agreement, keys by `landbridge keys`. */
export function Partners({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const [partners, keys, standing] = [usePartners(), useKeys(), useStanding(session)];
  if (partners.error) return <Failure error={partners.error} onRetry={() => void partners.refetch()} />;
  if (!partners.data) return <Spin description={t('common.loading')} />;
  const linkOf = (partner: Partner) => standing.data?.links.find(({ link }) => link === partner.link.id);
  const keysOf = (partner: Partner) => keys.data?.keys.filter(({ party, status }) => party === partner.key && status !== 'retired') ?? [];
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="middle">
      <Heading screen="partners" part="partners" session={session} />
      <Table<Partner>
        rowKey="key"
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={partners.data.partners}
        locale={{ emptyText: t('partner.none') }}
        columns={[
          { title: t('message.partner'), dataIndex: 'key', render: (key: string) => <Link to={`/partners/${key}`}>{key}</Link> },
          { title: t('partner.name'), key: 'name', render: (_, { name }) => titleIn(name, i18n.language) },
          { title: t('partner.country'), dataIndex: 'country' },
          {
            title: t('message.link'),
            key: 'link',
            render: (_, { link }) => (
              <>
                {link.id} · {link.transport} {link.test && <Tag>{t('environment.test')}</Tag>}
              </>
            ),
          },
          {
            title: t('message.state'),
            key: 'state',
            render: (_, partner) => {
              const found = linkOf(partner);
              return found && <LinkState state={found.state} />;
            },
          },
          {
            title: t('partner.keys'),
            key: 'keys',
            render: (_, partner) => {
              const own = keysOf(partner);
              return own.length === 0 ? t('key.none') : own.map(({ kid, status }) => <KeyStatus key={kid} status={status} />);
            },
          },
          {
            title: t('link.lastIn'),
            key: 'lastIn',
            render: (_, partner) => {
              const at = linkOf(partner)?.lastIn;
              return at ? <Moment at={at} /> : '–';
            },
          },
          { title: t('partner.formats'), key: 'formats', align: 'right', render: (_, { formats }) => formats.length },
        ]}
      />
    </Space>
  );
}
