import { useQuery } from '@tanstack/react-query';
import { Button, Descriptions, Modal, Space, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import type { ShownLetter } from '../../api/links.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { KeyLinks } from '../../shell/KeyLinks.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { Verdict } from '../replays/Verdict.tsx';

interface Props {
  readonly id: string;
  readonly session: Session;
  readonly onClose: () => void;
}

/** One dead letter: how it died, what it says it is, and what may be done about it. Nothing of its documents. */
export function Letter({ id, session, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({ queryKey: ['letter', id], queryFn: () => api.get<ShownLetter>(`/api/dead-letters/${id}`) });
  const [asking, setAsking] = useState<'replay' | 'discard'>();
  const open = data?.letter.state === 'open';
  const sends = data?.verdict === 'safe' || data?.verdict === 'care';
  const act = async ({ reason }: { reason: string }) => {
    const answer = await api.post<{ outcome?: string }>(`/api/dead-letters/${id}/${asking}`, { request: crypto.randomUUID(), reason });
    const plan = /^plan (.+)$/.exec(answer.outcome ?? '')?.[1];
    if (plan !== undefined) void navigate(`/replays/${plan}`);
    else await refetch();
  };
  return (
    <Modal open title={t('letter.number', { number: id })} width={900} footer={null} onCancel={onClose}>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Spin description={t('common.loading')} />}
      {data && (
        <Space orientation="vertical" style={{ width: '100%' }}>
          <Verdict verdict={data.verdict} reasons={data.reasons} />
          <Facts shown={data} />
          {open && (
            <Space wrap>
              {sends && may(session, 'replays.plan') && (
                <Button onClick={() => setAsking('replay')}>{t(`letter.send.${data.letter.way}`)}</Button>
              )}
              {may(session, 'links.manage') && (
                <Button danger onClick={() => setAsking('discard')}>
                  {t('letter.discard')}
                </Button>
              )}
            </Space>
          )}
        </Space>
      )}
      {asking && (
        <Reasoned
          name="letter"
          title={asking === 'replay' ? t(`letter.send.${data?.letter.way ?? 'in'}`) : t('letter.discard')}
          danger={asking === 'discard'}
          onSubmit={act}
          onClose={() => setAsking(undefined)}
        />
      )}
    </Modal>
  );
}

function Facts({ shown: { letter, claims } }: { shown: ShownLetter }) {
  const { t } = useTranslation();
  const { reason, deaths, diedAt, queue, exchange, routingKey, bytes, state, outcome } = letter;
  return (
    <Descriptions
      size="small"
      column={{ xs: 1, md: 2 }}
      items={[
        { key: 'state', label: t('message.state'), children: [t(`letter.${state}`), outcome].filter(Boolean).join(': ') },
        { key: 'reason', label: t('common.reason'), children: `${t(`death.${reason}`)} ×${deaths}` },
        { key: 'died', label: t('letter.died'), children: <Moment at={diedAt} /> },
        { key: 'queue', label: t('letter.queue'), children: <span className="mono">{queue}</span> },
        { key: 'exchange', label: t('letter.exchange'), children: <span className="mono">{`${exchange} ${routingKey}`}</span> },
        { key: 'bytes', label: t('message.bytes'), children: bytes },
        ...(claims
          ? [
              { key: 'says', label: t('letter.says'), children: `${claims.type} · ${claims.sender}` },
              { key: 'until', label: t('message.deadline'), children: <Moment at={claims.notAfter} /> },
              { key: 'keys', label: t('message.key'), children: <KeyLinks keys={claims.keys} /> },
            ]
          : []),
      ]}
    />
  );
}
