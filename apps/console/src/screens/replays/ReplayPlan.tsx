import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Descriptions, Progress, Space, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api } from '../../api/client.ts';
import { nameOf, sizeOf, type Plan, type PlanAct, type PlanCounts, type PlanShown } from '../../api/replays.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { PlanDialog } from './PlanDialog.tsx';
import { PlanItems } from './PlanItems.tsx';
import { PlanState } from './PlanState.tsx';

const OUTCOMES = ['waiting', 'sent', 'good', 'bad', 'open', 'unknown', 'failed', 'skipped', 'excluded', 'dropped'] as const;
const ENDED = new Set(['done', 'stopped', 'refused', 'expired']);

/** One plan: what it does, who allowed it, how far it is, and every message in the order in which they go. */
export function ReplayPlan({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const client = useQueryClient();
  const [act, setAct] = useState<PlanAct>();
  const [again, setAgain] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['replay', id],
    queryFn: () => api.get<PlanShown>(`/api/replays/${id}`),
    refetchInterval: ({ state }) => (ENDED.has(state.data?.plan.state ?? '') ? false : 1_500),
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const { plan, counts, items } = data;
  const size = sizeOf(counts);
  const submit = async ({ reason }: { reason: string }) => {
    const decides = act === 'approve' || act === 'refuse';
    await api.post(`/api/replays/${id}/${act}`, decides ? { digest: plan.digest, reason } : { reason });
    await client.invalidateQueries({ queryKey: ['replay', id] });
  };
  return (
    <Card
      title={
        <Space wrap>
          <PlanState state={plan.state} />
          <h1 style={{ fontSize: 18, margin: 0 }}>
            {t(`replays.kinds.${plan.kind}`)} · {t('message.count', { count: size })}
          </h1>
        </Space>
      }
    >
      <Space wrap style={{ marginBottom: 12 }}>
        {plan.may.map((one) => (
          <Button key={one} danger={one === 'stop' || one === 'refuse'} onClick={() => setAct(one)}>
            {t(`replays.act.${one}`, { messages: t('message.count', { count: size }) })}
          </Button>
        ))}
        {ENDED.has(plan.state) && plan.kind !== 'edit' && counts.dropped + counts.failed > 0 && may(session, 'replays.plan') && (
          <Button onClick={() => setAgain(true)}>
            {t('replays.rest', { messages: t('message.count', { count: counts.dropped + counts.failed }) })}
          </Button>
        )}
        {plan.report !== undefined && <Button onClick={() => keepReport(plan)}>{t('replays.report')}</Button>}
      </Space>
      {plan.state === 'submitted' && <Alert type="info" showIcon style={{ marginBottom: 12 }} title={t('replays.second')} />}
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2, xl: 3 }}
        items={[
          { key: 'reason', label: t('common.reason'), children: plan.reason },
          ...(plan.query ? [{ key: 'query', label: t('replays.query'), children: <span className="mono">{plan.query}</span> }] : []),
          { key: 'author', label: t('replays.author'), children: nameOf(plan.author.name) },
          ...(plan.approver
            ? [{ key: 'approver', label: t('audit.approver'), children: `${nameOf(plan.approver.name)}: ${plan.decision ?? ''}` }]
            : []),
          { key: 'at', label: t('message.received'), children: <Moment at={plan.at} /> },
          { key: 'expires', label: t('replays.expires'), children: <Moment at={plan.expiresAt} /> },
          { key: 'canary', label: t('replays.canary'), children: plan.canary },
          { key: 'rate', label: t('replays.rate'), children: plan.rate },
          { key: 'failures', label: t('replays.maxFailures'), children: plan.maxFailures },
          { key: 'links', label: t('message.link'), children: plan.links.join(', ') },
          { key: 'digest', label: t('kind.digest'), children: <span className="mono">{plan.digest}</span> },
          ...(plan.cause
            ? [{ key: 'cause', label: t('shipment.cause'), children: t(`planCause.${plan.cause}`, { defaultValue: plan.cause }) }]
            : []),
        ]}
      />
      <Outcome counts={counts} size={size} />
      <PlanItems plan={plan} items={items} reveals={may(session, 'payloads.read')} />
      {again && <PlanDialog session={session} choice={{ again: plan.id }} initialKind={plan.kind} onClose={() => setAgain(false)} />}
      {act && (
        <Reasoned
          title={t(`replays.act.${act}`, { messages: t('message.count', { count: size }) })}
          danger={act === 'stop' || act === 'refuse'}
          onSubmit={submit}
          onClose={() => setAct(undefined)}
        />
      )}
    </Card>
  );
}

/** The signed report as a file; `landbridge replay show PLAN --report` prints the same. */
function keepReport({ id, report = '' }: Plan): void {
  const address = URL.createObjectURL(new Blob([report], { type: 'application/jose' }));
  Object.assign(document.createElement('a'), { href: address, download: `replay-${id}.jws` }).click();
  URL.revokeObjectURL(address);
}

function Outcome({ counts, size }: { counts: PlanCounts; size: number }) {
  const { t } = useTranslation();
  return (
    <div aria-live="polite" style={{ margin: '12px 0' }}>
      <Progress percent={Math.round((100 * (size - counts.waiting)) / Math.max(1, size))} aria-label={t('replays.progress')} />
      {OUTCOMES.filter((name) => counts[name] > 0)
        .map((name) => `${t(`outcome.${name}`)}: ${counts[name]}`)
        .join(' · ')}
    </div>
  );
}
