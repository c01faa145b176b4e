import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, InputNumber, Segmented, Select, Space, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { may, type Session } from '../../api/session.ts';
import type { Language } from '../../i18n/index.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { AlertRules, useAlertRules, type Alert } from './AlertRules.tsx';

interface Silence {
  readonly id: string;
  readonly rule?: string;
  readonly link?: string;
  readonly until: string;
  readonly reason: string;
  readonly by: string;
}
type Doing =
  | { readonly what: 'acknowledge'; readonly alert: Alert }
  | { readonly what: 'silence' | 'test' }
  | { readonly what: 'unsilence'; readonly id: string };
interface Given {
  readonly rule?: string;
  readonly link?: string;
  readonly hours?: number;
  readonly reason: string;
}

const VIEWS = ['firing', 'all'] as const;

/** What fires and what fired, who looks after it, of what nobody is told, and the rules behind it. */
export function Alerts({ session }: { session: Session }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [doing, setDoing] = useState<Doing>();
  const acts = may(session, 'alerts.acknowledge');
  const submit = async (given: Given) => {
    await perform(doing!, given);
    await client.invalidateQueries({ queryKey: ['alerts'] });
  };
  return (
    <Space orientation="vertical" size="large" style={{ width: '100%' }}>
      <Space wrap>
        {acts && <Button onClick={() => setDoing({ what: 'silence' })}>{t('alert.silence')}</Button>}
        {may(session, 'alerts.manage') && <Button onClick={() => setDoing({ what: 'test' })}>{t('alert.test')}</Button>}
      </Space>
      <AlertTable onAcknowledge={acts ? (alert) => setDoing({ what: 'acknowledge', alert }) : undefined} />
      <Silences onEnd={acts ? (id) => setDoing({ what: 'unsilence', id }) : undefined} />
      <AlertRules />
      {doing && (
        <Reasoned<Given> title={t(`alert.${doing.what}`)} initial={{ hours: 2 }} onSubmit={submit} onClose={() => setDoing(undefined)}>
          {doing.what === 'silence' && <SilenceFields />}
        </Reasoned>
      )}
    </Space>
  );
}

async function perform(doing: Doing, { rule, link, hours, reason }: Given): Promise<void> {
  if (doing.what === 'acknowledge') await api.post(`/api/alerts/${doing.alert.id}/acknowledge`, { reason });
  else if (doing.what === 'unsilence') await api.post(`/api/alerts/silences/${doing.id}/end`, { reason });
  else if (doing.what === 'test') await api.post('/api/alerts/test', { reason });
  else await api.post('/api/alerts/silences', { hours, reason, ...(rule && { rule }), ...(link && { link }) });
}

function AlertTable({ onAcknowledge }: { onAcknowledge: ((alert: Alert) => void) | undefined }) {
  const { t, i18n } = useTranslation();
  const [view, setView] = useState<(typeof VIEWS)[number]>('firing');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['alerts', view],
    queryFn: () => api.get<{ alerts: Alert[] }>(`/api/alerts${view === 'firing' ? '?state=firing' : ''}`),
    refetchInterval: 30_000,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Segmented
        aria-label={t('alert.view')}
        value={view}
        onChange={setView}
        options={VIEWS.map((value) => ({ value, label: t(`alert.${value}`) }))}
      />
      <Table<Alert>
        rowKey="id"
        size="small"
        loading={isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={data?.alerts ?? []}
        locale={{ emptyText: t('alert.none') }}
        columns={[
          { title: t('message.state'), key: 'state', render: (_, alert) => <Mark alert={alert} /> },
          { title: t('alert.rule'), dataIndex: 'rule', className: 'mono' },
          { title: t('alert.text'), key: 'text', render: (_, { text }) => text[i18n.language as Language] },
          { title: t('alert.since'), dataIndex: 'since', render: (at: string) => <Moment at={at} /> },
          {
            title: t('alert.by'),
            key: 'by',
            render: (_, alert) =>
              alert.acknowledged ? (
                `${alert.acknowledged.by} · ${alert.acknowledged.reason}`
              ) : alert.state === 'firing' && onAcknowledge ? (
                <Button size="small" aria-label={`${t('alert.acknowledge')} ${alert.id}`} onClick={() => onAcknowledge(alert)}>
                  {t('alert.acknowledge')}
                </Button>
              ) : null,
          },
        ]}
      />
    </Space>
  );
}

/** State and urgency in words with a sign: never by colour alone. */
function Mark({ alert: { state, severity } }: { alert: Alert }) {
  const { t } = useTranslation();
  if (state !== 'firing')
    return (
      <Tag color={state === 'resolved' ? 'success' : 'default'}>
        <span aria-hidden="true">{state === 'resolved' ? '✓' : '…'}</span> {t(`alert.${state}`)}
      </Tag>
    );
  return (
    <Tag color={severity === 'critical' ? 'error' : 'warning'}>
      <span aria-hidden="true">{severity === 'critical' ? '▲▲' : '▲'}</span> {t(`alert.${severity}`)}
    </Tag>
  );
}

function Silences({ onEnd }: { onEnd: ((id: string) => void) | undefined }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['alerts', 'silences'],
    queryFn: () => api.get<{ silences: Silence[] }>('/api/alerts/silences'),
  });
  if (!data || data.silences.length === 0) return null;
  return (
    <section>
      <Typography.Title level={2} style={{ fontSize: 16 }}>
        {t('alert.silences')}
      </Typography.Title>
      <Table<Silence>
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={data.silences}
        columns={[
          { title: t('alert.rule'), dataIndex: 'rule', render: (rule?: string) => rule ?? t('account.all') },
          { title: t('alert.link'), dataIndex: 'link', render: (link?: string) => link ?? t('account.all') },
          { title: t('alert.until'), dataIndex: 'until', render: (at: string) => <Moment at={at} /> },
          { title: t('common.reason'), dataIndex: 'reason' },
          { title: t('audit.actor'), dataIndex: 'by', className: 'mono' },
          {
            title: t('account.actions'),
            key: 'end',
            render: (_, { id }) =>
              onEnd && (
                <Button size="small" aria-label={`${t('alert.unsilence')} ${id}`} onClick={() => onEnd(id)}>
                  {t('alert.unsilence')}
                </Button>
              ),
          },
        ]}
      />
    </section>
  );
}

function SilenceFields() {
  const { t } = useTranslation();
  const { data: rules } = useAlertRules();
  const { data: standing } = useQuery({
    queryKey: ['links', 'standing'],
    queryFn: () => api.get<{ links: { link: string; partner: string }[] }>('/api/links/standing'),
  });
  return (
    <>
      <Form.Item name="rule" label={t('alert.rule')}>
        <Select allowClear options={(rules?.rules ?? []).map(({ name }) => ({ value: name, label: name }))} />
      </Form.Item>
      <Form.Item name="link" label={t('alert.link')}>
        <Select allowClear options={(standing?.links ?? []).map(({ link, partner }) => ({ value: link, label: `${link} · ${partner}` }))} />
      </Form.Item>
      <Form.Item name="hours" label={t('alert.hours')} rules={[{ required: true }]}>
        <InputNumber min={0.5} max={720} step={0.5} />
      </Form.Item>
    </>
  );
}
