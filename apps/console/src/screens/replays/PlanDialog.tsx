import { useQuery } from '@tanstack/react-query';
import { Button, Form, InputNumber, Radio, Select, Space, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import type { Choice, Plan, Preview, ReplayKind, Verdicts } from '../../api/replays.ts';
import { may, type Session } from '../../api/session.ts';
import type { LinkStanding } from '../../api/types.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { Edit } from './Edit.tsx';
import { Previews } from './Previews.tsx';
import { VerdictTable } from './VerdictTable.tsx';

interface Given {
  readonly canary: number;
  readonly rate: number;
  readonly maxFailures: number;
  readonly reason: string;
}
const ALL: readonly ReplayKind[] = ['redeliver', 'retranslate', 'edit', 'reroute'];

interface Props {
  readonly session: Session;
  readonly subjects?: readonly string[];
  /** Instead of subjects. */
  readonly choice?: Exclude<Choice, { readonly messages: readonly string[] }>;
  readonly initialKind?: ReplayKind;
  readonly onClose: () => void;
}

/** The verdict before the click: what would become of each message, then how fast and why. Pressing twice makes one plan. */
export function PlanDialog({ session, subjects = [], choice: described, initialKind, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [kind, setKind] = useState<ReplayKind>(
    initialKind ?? (subjects.every((one) => one.startsWith('in:')) ? 'retranslate' : 'redeliver'),
  );
  const [to, setTo] = useState<string>();
  const [payload, setPayload] = useState<string>();
  const [shown, setShown] = useState<readonly Preview[]>();
  const [asking, setAsking] = useState(false);
  const [request] = useState(() => crypto.randomUUID());
  const [message] = subjects.length === 1 ? subjects : [];
  const reveals = message !== undefined && may(session, 'payloads.reveal');
  const which: Choice = described ?? { messages: subjects };
  const choice = { kind, ...(kind === 'reroute' ? { to } : {}), ...(kind === 'edit' ? { payload } : {}) };
  const ready = (kind !== 'reroute' || to !== undefined) && (kind !== 'edit' || payload !== undefined);
  const judged = useQuery({
    queryKey: ['verdict', choice, which],
    queryFn: () => api.post<Verdicts>('/api/replays/verdict', { ...choice, ...which }),
    enabled: ready,
    retry: false,
  });
  const links = useQuery({ queryKey: ['standing'], queryFn: () => api.get<{ links: LinkStanding[] }>('/api/links/standing') });
  const { safe = 0, care = 0 } = judged.data?.counts ?? {};
  const choose = (chosen: ReplayKind) => {
    setKind(chosen);
    setPayload(undefined);
    setShown(undefined);
  };
  const look = async ({ reason }: { reason: string }) => {
    const { previews } = await api.post<{ previews: Preview[] }>('/api/replays/dry-run', { ...choice, message, reason });
    setShown(previews);
  };
  const submit = async (given: Given) => {
    const { plan } = await api.post<{ plan: Plan }>('/api/replays', { ...choice, ...which, ...given, request });
    void navigate(`/replays/${plan.id}`);
  };
  const [first] = shown ?? [];
  return (
    <>
      <Reasoned<Given>
        title={t('replays.plan', { count: safe + care })}
        initial={{ canary: 1, rate: 5, maxFailures: 0 }}
        disabled={safe + care === 0}
        width={1000}
        onSubmit={submit}
        onClose={onClose}
      >
        <Form.Item label={t('replays.kind')} htmlFor="">
          <Radio.Group
            value={kind}
            onChange={({ target }) => choose(target.value as ReplayKind)}
            options={ALL.filter((value) => value !== 'edit' || reveals).map((value) => ({ value, label: t(`replays.kinds.${value}`) }))}
          />
        </Form.Item>
        {kind === 'reroute' && (
          <Form.Item label={t('replays.to')} htmlFor="reroute-to">
            <Select
              id="reroute-to"
              value={to ?? null}
              onChange={setTo}
              options={(links.data?.links ?? []).map(({ link, partner }) => ({ value: link, label: `${partner} · ${link}` }))}
            />
          </Form.Item>
        )}
        {reveals && !shown && (kind === 'edit' || ready) && (
          <Button style={{ marginBottom: 12 }} onClick={() => setAsking(true)}>
            {t(kind === 'edit' ? 'replays.open' : 'replays.show')}
          </Button>
        )}
        {shown && kind !== 'edit' && <Previews previews={shown} />}
        {first && kind === 'edit' && <Edit preview={first} onChange={setPayload} />}
        <div aria-live="polite">
          {judged.error && <Failure error={judged.error} onRetry={() => void judged.refetch()} />}
          {judged.isLoading && <Spin description={t('common.loading')} />}
          {judged.data && t('replays.counts', judged.data.counts)}
        </div>
        {judged.data && <VerdictTable verdicts={judged.data.verdicts} />}
        <Space wrap size="large" style={{ marginTop: 12 }}>
          <Form.Item name="canary" label={t('replays.canary')}>
            <InputNumber min={0} max={1000} precision={0} />
          </Form.Item>
          <Form.Item name="rate" label={t('replays.rate')}>
            <InputNumber min={0.1} max={100} />
          </Form.Item>
          <Form.Item name="maxFailures" label={t('replays.maxFailures')}>
            <InputNumber min={0} max={1000} precision={0} />
          </Form.Item>
        </Space>
      </Reasoned>
      {asking && <Reasoned name="look" title={t('replays.documents')} onSubmit={look} onClose={() => setAsking(false)} />}
    </>
  );
}
