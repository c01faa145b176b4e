import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { nameOf, type Stop } from '../../api/replays.ts';
import { may, type Session } from '../../api/session.ts';
import type { LinkStanding } from '../../api/types.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';

const EVERYTHING = '*';

/** Wins over every queue, retry and replay. What the broker was given before cannot be called back. */
export function StopSwitch({ session }: { session: Session }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['stops'],
    queryFn: () => api.get<{ stops: Stop[] }>('/api/stop'),
    refetchInterval: 5_000,
  });
  const links = useQuery({ queryKey: ['standing'], queryFn: () => api.get<{ links: LinkStanding[] }>('/api/links/standing') });
  const [doing, setDoing] = useState<{ readonly go?: Stop }>();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  const name = (link: string) => (link === EVERYTHING ? t('stop.everything') : link);
  const submit = async ({ link, reason }: { link: string; reason: string }) => {
    await api.post('/api/stop', doing?.go ? { link: doing.go.link, stopped: false, reason } : { link, stopped: true, reason });
    await client.invalidateQueries({ queryKey: ['stops'] });
  };
  const stops = data?.stops ?? [];
  const mayStop = may(session, 'replays.stop');
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <div aria-live="assertive">
        {stops.map((stop) => (
          <Alert
            key={stop.link}
            type="error"
            showIcon
            title={t('stop.stopped', { what: name(stop.link) })}
            description={
              <>
                {stop.reason} · {nameOf(stop.actor)} · <Moment at={stop.at} />
              </>
            }
            action={mayStop && <Button onClick={() => setDoing({ go: stop })}>{t('stop.go', { what: name(stop.link) })}</Button>}
          />
        ))}
      </div>
      {mayStop && (
        <Button danger type="primary" size="large" onClick={() => setDoing({})}>
          <span aria-hidden="true">■</span> {t('stop.stop')}
        </Button>
      )}
      {doing && (
        <Reasoned<{ link: string }>
          title={doing.go ? t('stop.go', { what: name(doing.go.link) }) : t('stop.stop')}
          danger={!doing.go}
          initial={{ link: EVERYTHING }}
          onSubmit={submit}
          onClose={() => setDoing(undefined)}
        >
          {!doing.go && (
            <Form.Item name="link" label={t('message.link')}>
              <Select
                options={[EVERYTHING, ...(links.data?.links ?? []).map(({ link }) => link)].map((value) => ({ value, label: name(value) }))}
              />
            </Form.Item>
          )}
        </Reasoned>
      )}
    </Space>
  );
}
