import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Descriptions, Empty, Form, InputNumber, Select, Space, Spin, Tabs, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import {
  versionPath,
  type MappingAct,
  type MappingVersion,
  type MappingVersionLine,
  type OneMappingVersion,
} from '../../api/mapping-versions.ts';
import { nameOf } from '../../api/replays.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { VersionState } from './parts.tsx';
import { CorpusResult, ShadowRun } from './Tried.tsx';
import { VersionEditor } from './VersionEditor.tsx';

const Compare = lazy(() => import('../../shell/Compare.tsx').then((module) => ({ default: module.Compare })));

const useVersion = (id: string | undefined) =>
  useQuery({
    queryKey: ['mapping-version', id],
    queryFn: () => api.get<OneMappingVersion>(`/api/mapping-versions/${id}`),
    enabled: id !== undefined,
    // A shadow run counts on.
    refetchInterval: 5_000,
  });

/** One version: what it says, how it fared, and what may be done with it. */
export function MappingVersionDetail({ id, session }: { id: string; session: Session }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data, error, refetch } = useVersion(id);
  const [editing, setEditing] = useState(false);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const { version, may: acts } = data;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space wrap>
        <Link to="/mapping-versions">← {t('nav.mapping-versions')}</Link>
        <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
          <span className="mono">{`${version.mapping}@v${version.number}`}</span>
        </Typography.Title>
        <VersionState state={version.state} />
      </Space>
      <Space wrap>
        {may(session, 'mappings.manage') && <Button onClick={() => setEditing(true)}>{t('mappingVersion.edit')}</Button>}
        <Acts version={version} acts={acts} />
      </Space>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2, xl: 4 }}
        items={[
          { key: 'base', label: t('mappingVersion.base'), children: <span className="mono">{version.base}</span> },
          { key: 'links', label: t('mappingVersion.links'), children: version.links.join(', ') },
          { key: 'author', label: t('replays.author'), children: `${nameOf(version.author.name)}: ${version.reason}` },
          ...(version.approver
            ? [{ key: 'approver', label: t('audit.approver'), children: `${nameOf(version.approver.name)}: ${version.decision ?? ''}` }]
            : []),
          {
            key: 'digest',
            label: t('mapping.digest'),
            span: 'filled' as const,
            children: <span className="mono">{version.mappingDigest}</span>,
          },
        ]}
      />
      <Tabs
        items={[
          {
            key: 'corpus',
            label: t('mappingVersion.corpus'),
            children: version.corpus ? <CorpusResult corpus={version.corpus} /> : <Empty description={t('mappingVersion.notTried')} />,
          },
          {
            key: 'shadow',
            label: t('mappingVersion.shadow'),
            children: version.shadow ? <ShadowRun shadow={version.shadow} /> : <Empty description={t('mappingVersion.noShadow')} />,
          },
          { key: 'files', label: t('mappingVersion.files'), children: <Files version={version} /> },
          { key: 'compare', label: t('mapping.compare'), children: <Against version={version} /> },
        ]}
      />
      {editing && <VersionEditor from={version} onClose={() => setEditing(false)} onDrafted={(next) => void navigate(versionPath(next))} />}
    </Space>
  );
}

function Acts({ version, acts }: { version: MappingVersion; acts: readonly MappingAct[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [doing, setDoing] = useState<MappingAct>();
  const submit = async ({ reason, most }: { reason: string; most?: number }) => {
    const bound = doing === 'approve' || doing === 'refuse' ? { digest: version.digest } : {};
    await api.post(`/api/mapping-versions/${version.id}/${doing}`, { ...bound, ...(doing === 'shadow' && { most }), reason });
    for (const one of ['mapping-version', 'mapping-versions', 'mappings']) await client.invalidateQueries({ queryKey: [one] });
  };
  return (
    <>
      {acts.map((act) => (
        <Button key={act} danger={act === 'refuse' || act === 'rollback'} onClick={() => setDoing(act)}>
          {t(`mappingVersion.acts.${act}`)}
        </Button>
      ))}
      {doing && (
        <Reasoned<{ most?: number }>
          title={t(`mappingVersion.acts.${doing}`)}
          danger={doing === 'refuse' || doing === 'rollback'}
          initial={{ most: 200 }}
          onSubmit={submit}
          onClose={() => setDoing(undefined)}
        >
          {doing === 'shadow' && (
            <Form.Item name="most" label={t('mappingVersion.most')}>
              <InputNumber min={1} max={5_000} />
            </Form.Item>
          )}
          {doing === 'approve' && (
            <pre className="breaks" style={{ whiteSpace: 'pre-wrap' }}>
              {JSON.stringify(JSON.parse(version.action), undefined, 2)}
            </pre>
          )}
        </Reasoned>
      )}
    </>
  );
}

const textOf = ({ text, codelists }: MappingVersion): string =>
  [text, ...codelists.map((list) => `# ${list.path}\n${list.text}`)].join('\n');

const Files = ({ version }: { version: MappingVersion }) => (
  // Longer than the screen: whoever has no mouse scrolls it, too.
  <pre className="mono breaks" style={{ whiteSpace: 'pre-wrap' }} tabIndex={0}>
    {textOf(version)}
  </pre>
);

/** Beside another version of the same mapping: what was edited. */
function Against({ version }: { version: MappingVersion }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string>();
  const list = useQuery({
    queryKey: ['mapping-versions', version.mapping],
    queryFn: () => api.get<{ versions: MappingVersionLine[] }>(`/api/mapping-versions?mapping=${encodeURIComponent(version.mapping)}`),
  });
  const { data, error } = useVersion(chosen);
  const others = (list.data?.versions ?? []).filter(({ id }) => id !== version.id);
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Select
        aria-label={t('mappingVersion.against')}
        placeholder={t('mappingVersion.against')}
        style={{ minWidth: 280 }}
        value={chosen ?? null}
        onChange={setChosen}
        options={others.map(({ id, number, state }) => ({ value: id, label: `v${number} · ${t(`mappingVersion.states.${state}`)}` }))}
      />
      {chosen === undefined && <Empty description={others.length === 0 ? t('mappingVersion.onlyOne') : t('mapping.compareHint')} />}
      {error && <Failure error={error} />}
      {data && (
        <Suspense fallback={<Spin description={t('common.loading')} />}>
          <Compare before={textOf(data.version)} after={textOf(version)} names={[`v${data.version.number}`, `v${version.number}`]} />
        </Suspense>
      )}
    </Space>
  );
}
