import { useQuery } from '@tanstack/react-query';
import { Alert, Descriptions, Empty, Input, Select, Space, Spin, Table, Tabs, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import { titleIn, type MappingShown, type Rule } from '../../api/reference.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Status, useMappings } from './parts.tsx';

const Compare = lazy(() => import('../../shell/Compare.tsx').then((module) => ({ default: module.Compare })));

const useMapping = (id: string | undefined) =>
  useQuery({
    queryKey: ['mapping', id],
    queryFn: () => api.get<MappingShown>(`/api/mappings/rules?id=${encodeURIComponent(id!)}`),
    enabled: id !== undefined,
    staleTime: Infinity,
  });

/** One mapping: what it is, its rules as a table, and what another version or type says otherwise. */
export function MappingDetail({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const { data, error, refetch } = useMapping(id);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space wrap>
        <Link to="/mappings">← {t('nav.mappings')}</Link>
        <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
          <span className="mono">{data.id}</span> · {titleIn(data.title, i18n.language)}
        </Typography.Title>
        <Status status={data.status} />
      </Space>
      {data.status !== 'confirmed' && <Alert type="warning" showIcon title={t('mapping.provisionalHint')} />}
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2, xl: 4 }}
        items={[
          { key: 'version', label: t('mapping.version'), children: data.version },
          { key: 'syntax', label: t('mapping.syntax'), children: data.syntax },
          { key: 'canonical', label: t('mapping.canonical'), children: data.envelope ? t('mapping.envelope') : data.canonicalType },
          { key: 'links', label: t('mapping.links'), children: data.links.length > 0 ? data.links.join(', ') : t('mapping.unused') },
          { key: 'digest', label: t('mapping.digest'), span: 'filled', children: <span className="mono">{data.digest}</span> },
        ]}
      />
      <Tabs
        items={[
          { key: 'rules', label: `${t('mapping.rules')} (${data.rules.length})`, children: <Rules mapping={data} /> },
          { key: 'compare', label: t('mapping.compare'), children: <Against mapping={data} /> },
          { key: 'used', label: t('mapping.used'), children: <Used mapping={data} /> },
        ]}
      />
    </Space>
  );
}

function Rules({ mapping: { functions, rules } }: { mapping: MappingShown }) {
  const { t, i18n } = useTranslation();
  const [wanted, setWanted] = useState('');
  const needle = wanted.trim().toLowerCase();
  const shown = rules.filter(({ place, canonical, rule, titles }) =>
    [place, canonical, rule, ...Object.values(titles)].some((text) => text?.toLowerCase().includes(needle)),
  );
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Input
        allowClear
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
        placeholder={t('mapping.filterRules')}
        aria-label={t('mapping.filterRules')}
        style={{ maxWidth: 480 }}
      />
      <Typography.Text type="secondary">{t('mapping.bounds')}</Typography.Text>
      <Table<Rule>
        rowKey={(rule) => rules.indexOf(rule)}
        size="small"
        className="breaks"
        tableLayout="fixed"
        pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
        dataSource={shown}
        locale={{ emptyText: t('mapping.noRule') }}
        columns={[
          {
            title: t('content.place'),
            dataIndex: 'place',
            className: 'mono',
            width: '30%',
            render: (place: string, { group }) => (group ? <strong>{place}</strong> : place),
          },
          ...(functions.length > 0 ? functions : ['']).map((code, index) => ({
            title: code === '' ? t('mapping.occurs') : t('mapping.function', { code }),
            key: `bounds${index}`,
            width: 84,
            className: 'mono',
            render: (_: unknown, { bounds }: Rule) => bounds[index],
          })),
          {
            title: t('content.canonical'),
            key: 'canonical',
            className: 'mono',
            render: (_, { canonical, carried }) => (carried ? t('mapping.carried') : canonical),
          },
          { title: t('content.rule'), dataIndex: 'rule', className: 'mono' },
          { title: t('content.meaning'), key: 'meaning', render: (_, { titles }) => titleIn({ ...titles, wco: undefined }, i18n.language) },
        ]}
      />
    </Space>
  );
}

/** Rules as lines, so that two mappings can be laid side by side. */
const linesOf = ({ rules }: MappingShown): string =>
  rules
    .map(({ place, bounds, canonical, rule }) => [place, bounds.join(' '), canonical, rule].filter((part) => part !== '').join('  '))
    .join('\n');

function Against({ mapping }: { mapping: MappingShown }) {
  const { t } = useTranslation();
  const all = useMappings().data?.mappings ?? [];
  const others = all.filter(({ id }) => id !== mapping.id && id !== 'canonical/json');
  // Versions of one message stand beside each other in the family; those come first.
  const [family, kin] = [mapping.id.split('/')[0], others.filter(({ canonicalType }) => canonicalType === mapping.canonicalType)];
  const near = kin.toSorted((one, other) => Number(other.id.startsWith(`${family}/`)) - Number(one.id.startsWith(`${family}/`)));
  const [chosen, setChosen] = useState<string>();
  const { data, error } = useMapping(chosen);
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Select
        showSearch
        aria-label={t('mapping.compareWith')}
        placeholder={t('mapping.compareWith')}
        style={{ minWidth: 360 }}
        value={chosen ?? null}
        onChange={setChosen}
        options={[...near, ...others.filter((one) => !kin.includes(one))].map(({ id, version }) => ({
          value: id,
          label: `${id} ${version}`,
        }))}
      />
      {chosen === undefined && <Empty description={t('mapping.compareHint')} />}
      {error && <Failure error={error} />}
      {data && (
        <Suspense fallback={<Spin description={t('common.loading')} />}>
          <Compare before={linesOf(mapping)} after={linesOf(data)} names={[mapping.id, data.id]} />
        </Suspense>
      )}
    </Space>
  );
}

function Used({ mapping: { id, links } }: { mapping: MappingShown }) {
  const { t } = useTranslation();
  return (
    <Space orientation="vertical">
      {links.length === 0 ? (
        <Empty description={t('mapping.unused')} />
      ) : (
        links.map((link) => <span key={link}>{t('mapping.writtenTo', { link })}</span>)
      )}
      <Link to={`/messages?q=${encodeURIComponent(`mapping:${id}`)}`}>{t('mapping.messages')}</Link>
    </Space>
  );
}
