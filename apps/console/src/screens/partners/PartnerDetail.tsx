import { useQuery } from '@tanstack/react-query';
import { Alert, Descriptions, Empty, Space, Spin, Table, Tabs, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '../../api/client.ts';
import { titleIn, type Partner } from '../../api/reference.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { LinkState } from '../../shell/LinkState.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Keys } from './Keys.tsx';
import { useKeys, usePartners, useStanding } from './queries.ts';

/** One partner: who it is, how it is reached, what it is believed by, what it speaks, and what was done about it. */
export function PartnerDetail({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const { key = '' } = useParams();
  const { data, error, refetch } = usePartners();
  const keys = useKeys();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const partner = data.partners.find((one) => one.key === key);
  if (!partner) return <Empty description={t('partner.unknown')} />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
        {partner.key} · {titleIn(partner.name, i18n.language)}
      </Typography.Title>
      <Tabs
        items={[
          { key: 'identity', label: t('partner.identity'), children: <Identity partner={partner} /> },
          { key: 'endpoint', label: t('partner.endpoint'), children: <Endpoint partner={partner} session={session} /> },
          { key: 'keys', label: t('partner.keys'), children: <Keys keys={keys.data?.keys.filter(({ party }) => party === key) ?? []} /> },
          { key: 'formats', label: t('partner.formats'), children: <Formats partner={partner} /> },
          { key: 'routes', label: t('partner.routes'), children: <Routes partner={partner} /> },
          ...(may(session, 'audit.read') ? [{ key: 'history', label: t('partner.history'), children: <History party={key} /> }] : []),
        ]}
      />
    </Space>
  );
}

function Identity({ partner: { key, name, country } }: { partner: Partner }) {
  const { t } = useTranslation();
  const names = Object.entries(name).flatMap(([language, text]) => (text ? [{ language, text }] : []));
  return (
    <Descriptions
      size="small"
      column={1}
      bordered
      items={[
        { key: 'key', label: t('message.partner'), children: <span className="mono">{key}</span> },
        { key: 'country', label: t('partner.country'), children: country },
        ...names.map(({ language, text }) => ({
          key: language,
          label: `${t('partner.name')} (${language})`,
          children: <span lang={language}>{text}</span>,
        })),
      ]}
    />
  );
}

function Endpoint({ partner: { link }, session }: { partner: Partner; session: Session }) {
  const { t } = useTranslation();
  const standing = useStanding(session).data?.links.find((one) => one.link === link.id);
  const values = { ...link.limits, ...link.delivery };
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      {link.exceptions.map(({ kind, reason, until }) => (
        <Alert key={kind} type="warning" showIcon title={t(`partner.exception.${kind}`, { until })} description={reason} />
      ))}
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        bordered
        items={[
          { key: 'link', label: t('message.link'), children: <Link to={`/messages?q=link:${link.id}`}>{link.id}</Link> },
          { key: 'transport', label: t('partner.transport'), children: t(`partner.${link.transport}`, { defaultValue: link.transport }) },
          ...(standing ? [{ key: 'state', label: t('message.state'), children: <LinkState state={standing.state} /> }] : []),
          { key: 'charsets', label: t('partner.charsets'), children: ['UTF-8', ...link.charsets].join(', ') },
          ...Object.entries(values).map(([name, value]) => ({
            key: name,
            label: t(`partner.limit.${name}`, { defaultValue: name }),
            children: String(value),
          })),
        ]}
      />
    </Space>
  );
}

function Formats({ partner: { formats } }: { partner: Partner }) {
  const { t } = useTranslation();
  return (
    <Table
      rowKey="type"
      size="small"
      pagination={false}
      dataSource={[...formats]}
      locale={{ emptyText: t('partner.noFormats') }}
      columns={[
        { title: t('mapping.canonical'), dataIndex: 'type' },
        {
          title: t('message.mapping'),
          dataIndex: 'mapping',
          className: 'mono',
          render: (id: string) => (id.includes('{') ? id : <Link to={`/mappings?id=${encodeURIComponent(id)}`}>{id}</Link>),
        },
        { title: t('mapping.envelope'), dataIndex: 'envelope', className: 'mono' },
        { title: t('partner.charsets'), dataIndex: 'charset', render: (charset?: string) => charset ?? 'UTF-8' },
      ]}
    />
  );
}

function Routes({ partner: { routes } }: { partner: Partner }) {
  const { t } = useTranslation();
  return (
    <Table
      rowKey={({ from, to, messageType }) => `${from}${to}${messageType}`}
      size="small"
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      dataSource={[...routes]}
      locale={{ emptyText: t('partner.noRoutes') }}
      columns={[
        { title: t('mapping.canonical'), dataIndex: 'messageType' },
        { title: t('partner.from'), dataIndex: 'from' },
        { title: t('partner.to'), dataIndex: 'to' },
        { title: t('message.priority'), dataIndex: 'priority' },
      ]}
    />
  );
}

interface Entry {
  readonly sequence: number;
  readonly actor: string;
  readonly action: string;
  readonly reason?: string;
  readonly at: string;
}

function History({ party }: { party: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['audit', 'party', party],
    queryFn: () => api.get<{ entries: Entry[] }>(`/api/audit?subject=${encodeURIComponent(`party:${party}`)}&limit=200`),
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  return (
    <Table<Entry>
      rowKey="sequence"
      size="small"
      pagination={false}
      loading={!data}
      dataSource={data?.entries ?? []}
      locale={{ emptyText: t('partner.noHistory') }}
      columns={[
        { title: t('message.received'), dataIndex: 'at', render: (at: string) => <Moment at={at} /> },
        { title: t('audit.actor'), dataIndex: 'actor', className: 'mono' },
        { title: t('audit.action'), dataIndex: 'action', className: 'mono' },
        { title: t('common.reason'), dataIndex: 'reason' },
      ]}
    />
  );
}
