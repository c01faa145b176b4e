import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, AutoComplete, Button, Card, Checkbox, DatePicker, Descriptions, Empty, Form, Input, Space, Spin, Timeline } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { api } from '../../api/client.ts';
import type { IncidentShown, IncidentState as State } from '../../api/incidents.ts';
import { nameOf } from '../../api/replays.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { KeyLinks } from '../../shell/KeyLinks.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { IncidentState } from './IncidentState.tsx';
import { Parts } from './Parts.tsx';
import { Sparkline } from './Sparkline.tsx';

/** One cause of failures: what it hit, who has taken it on, and what was said and done about it. */
export function IncidentDetail({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['incident', id],
    queryFn: () => api.get<IncidentShown>(`/api/incidents/${encodeURIComponent(id)}`),
    refetchInterval: 15_000,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const { incident } = data;
  return (
    <Card
      title={
        <Space wrap>
          <IncidentState state={incident.state} cameBack={incident.cameBack} leftStanding={incident.leftStanding} />
          <h1 className="mono" style={{ fontSize: 18, margin: 0 }}>
            {incident.code} {incident.path}
          </h1>
        </Space>
      }
    >
      <Space orientation="vertical" style={{ width: '100%' }} size="large">
        {incident.mergedInto !== undefined && (
          <Link to={`/incidents/${incident.mergedInto}`}>{t('incident.mergedInto', { number: incident.mergedInto })}</Link>
        )}
        {data.mended.length > 0 && data.failing > 0 && (
          <Alert type="info" showIcon title={t('incident.mended', { mappings: data.mended.join(' '), number: data.failing })} />
        )}
        <Actions shown={data} session={session} />
        <Facts shown={data} />
        <Parts shown={data} manages={may(session, 'incidents.manage')} />
        <Notes shown={data} />
      </Space>
    </Card>
  );
}

type Action = 'own' | 'release' | 'note' | 'replay' | 'merge' | State;
interface Given {
  readonly mapping?: string;
  readonly until?: { toISOString(): string };
  readonly despite?: boolean;
  readonly into?: string;
}
/** Where a state may be left for. */
const MOVES: Readonly<Record<State, readonly Action[]>> = {
  open: ['acknowledged', 'fixing', 'resolved', 'ignored'],
  acknowledged: ['fixing', 'monitored', 'resolved', 'ignored'],
  fixing: ['monitored', 'resolved'],
  monitored: ['fixing', 'resolved'],
  resolved: ['open'],
  ignored: ['open'],
};

function Actions({ shown: { incident, failing, standing, mended }, session }: { shown: IncidentShown; session: Session }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Action>();
  const owned = incident.owner?.id === session.account.id;
  const manages = may(session, 'incidents.manage');
  const actions: readonly Action[] = [
    ...(manages
      ? [
          owned ? ('release' as const) : ('own' as const),
          ...MOVES[incident.state],
          'note' as const,
          ...(incident.mergedInto === undefined ? (['merge'] as const) : []),
        ]
      : []),
    ...(may(session, 'replays.plan') && failing > 0 ? ['replay' as const] : []),
  ];
  const path = `/api/incidents/${incident.id}`;
  const act = async (action: Action, { reason, mapping, until, despite, into }: Given & { reason: string }) => {
    if (action === 'replay') {
      const wish = { request: crypto.randomUUID(), reason, ...(mapping && { mapping }) };
      const { plan } = await api.post<{ plan: { id: string } }>(`${path}/replay`, wish);
      return void navigate(`/replays/${plan.id}`);
    }
    if (action === 'note') await api.post(`${path}/notes`, { text: reason });
    else if (action === 'own' || action === 'release') await api.post(`${path}/own`, { release: action === 'release', reason });
    else if (action === 'merge') {
      await api.post(`${path}/merge`, { into, reason });
      return void navigate(`/incidents/${into ?? incident.id}`);
    } else
      await api.post(`${path}/state`, {
        to: action,
        reason,
        ...(until && { until: until.toISOString() }),
        ...(despite && { despite: true }),
      });
    await queries.invalidateQueries({ queryKey: ['incident', incident.id] });
  };
  if (actions.length === 0) return null;
  return (
    <Space wrap>
      {actions.map((action) => (
        <Button key={action} onClick={() => setAsking(action)}>
          {t(`incidentAction.${action}`, { number: failing })}
        </Button>
      ))}
      {asking && (
        <Reasoned<Given>
          title={t(`incidentAction.${asking}`, { number: failing })}
          onSubmit={(given) => act(asking, given)}
          onClose={() => setAsking(undefined)}
        >
          {asking === 'replay' && (
            <Form.Item name="mapping" label={t('incident.fixedBy')}>
              <AutoComplete options={mended.map((value) => ({ value }))} placeholder={incident.mappings.at(-1) ?? ''} />
            </Form.Item>
          )}
          {asking === 'ignored' && (
            <Form.Item name="until" label={t('incident.until')} rules={[{ required: true }]}>
              <DatePicker showTime />
            </Form.Item>
          )}
          {asking === 'merge' && (
            <Form.Item name="into" label={t('incident.into')} rules={[{ required: true, pattern: /^[1-9]\d*$/ }]}>
              <Input autoComplete="off" inputMode="numeric" />
            </Form.Item>
          )}
          {asking === 'resolved' && standing > 0 && (
            <Form.Item name="despite" valuePropName="checked" rules={[{ required: true }]}>
              <Checkbox>{t('incident.despite', { number: standing })}</Checkbox>
            </Form.Item>
          )}
        </Reasoned>
      )}
    </Space>
  );
}

function Facts({ shown: { incident, failing, standing, days } }: { shown: IncidentShown }) {
  const { t } = useTranslation();
  const { id, links, partners, type, reason, owner, firstAt, lastAt, count, messages, keys, mappings, fixedBy, repairSeconds } = incident;
  const list = `/messages?q=${encodeURIComponent(`incident:${id}`)}`;
  return (
    <Descriptions
      size="small"
      layout="vertical"
      colon={false}
      column={{ xs: 1, md: 3, xl: 4 }}
      items={[
        { key: 'partner', label: t('message.partner'), children: `${partners.join(' ')} · ${links.join(' ')}` },
        { key: 'type', label: t('message.type'), children: <span className="mono">{type}</span> },
        ...(reason ? [{ key: 'reason', label: t('incident.reason'), children: <span className="mono">{reason}</span> }] : []),
        { key: 'owner', label: t('incident.owner'), children: nameOf(owner?.name ?? '–') },
        { key: 'first', label: t('incident.first'), children: <Moment at={firstAt} /> },
        { key: 'last', label: t('incident.last'), children: <Moment at={lastAt} /> },
        { key: 'messages', label: t('incident.messages'), children: <Link to={list}>{messages}</Link> },
        { key: 'count', label: t('incident.failures'), children: count },
        { key: 'failing', label: t('incident.failing'), children: failing },
        { key: 'standing', label: t('incident.standing'), children: standing },
        {
          key: 'days',
          label: t('incident.days'),
          children: <Sparkline counts={days} label={t('incident.inDays', { number: days.reduce((sum, one) => sum + one, 0) })} />,
        },
        ...(repairSeconds === undefined
          ? []
          : [{ key: 'repair', label: t('incident.repair'), children: t('incident.minutes', { number: Math.ceil(repairSeconds / 60) }) }]),
        { key: 'mappings', label: t('message.mapping'), children: <span className="mono">{mappings.join(' ') || '–'}</span> },
        ...(fixedBy ? [{ key: 'fixed', label: t('incident.fixedBy'), children: <span className="mono">{fixedBy}</span> }] : []),
        {
          key: 'keys',
          label: t('message.key'),
          children: <KeyLinks keys={keys} />,
        },
      ]}
    />
  );
}

function Notes({ shown: { notes } }: { shown: IncidentShown }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2 style={{ fontSize: 16 }}>{t('incident.notes')}</h2>
      {notes.length === 0 && <Empty description={t('common.none')} />}
      <Timeline
        items={notes.map(({ id, author, at, text, value, kind }) => ({
          key: id,
          content: (
            <Space wrap>
              <Moment at={at} />
              <span>{nameOf(author)}</span>
              {value !== undefined && (
                <span>{kind === 'state' ? t(`incidentState.${value}`, { defaultValue: value }) : nameOf(value)}</span>
              )}
              <span>{text}</span>
            </Space>
          ),
        }))}
      />
    </section>
  );
}
