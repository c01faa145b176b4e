import { useQueryClient } from '@tanstack/react-query';
import { Button, Card, Space, Tag, Typography } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import type { LinkFigures } from '../../api/links.ts';
import { nameOf } from '../../api/replays.ts';
import { may, type Session } from '../../api/session.ts';
import type { Bounded, LinkStanding } from '../../api/types.ts';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { RunsOut, useShare } from '../figures.tsx';
import { Allowance, useLimits } from './Allowance.tsx';

const MARKS: Readonly<Record<LinkStanding['state'], readonly [string, string]>> = {
  used: ['✓', 'success'],
  up: ['○', 'default'],
  down: ['✕', 'error'],
  stopped: ['‖', 'warning'],
};

interface Props {
  readonly standing: LinkStanding;
  /** Undefined while they are counted. */
  readonly figures: LinkFigures['links'][number] | undefined;
  readonly session: Session;
}

/** How one link does, and the button that holds it back. */
export function LinkCard({ standing, figures, session }: Props) {
  const { t } = useTranslation();
  const share = useShare();
  const limits = useLimits()?.find((one) => one.link === standing.link);
  const { link, partner, transport, state, waiting, unknown, blockedKeys, oldestWaiting, lastIn, lastOut, drain, paused } = standing;
  const [sign, colour] = MARKS[state];
  const list = (query: string) => `/messages?q=${encodeURIComponent(`link:${link} ${query}`)}`;
  const numbers: readonly [string, Bounded, string][] = [
    ['waiting', waiting, 'direction:out state:ready,retrying,publishing'],
    ['unknown', unknown, 'state:unknown'],
    ['blocked', blockedKeys, 'state:unknown'],
  ];
  const times: readonly [string, string | undefined][] = [
    ['oldest', oldestWaiting],
    ['lastIn', lastIn],
    ['lastOut', lastOut],
  ];
  return (
    <Card
      size="small"
      title={<Link to={list('')}>{`${partner} · ${link}`}</Link>}
      extra={
        <Tag color={colour}>
          <span aria-hidden="true">{sign}</span> {t(`link.${state}`)} {transport}
        </Tag>
      }
    >
      <dl className="facts">
        {numbers.map(([name, { count, more }, query]) => (
          <Named key={name} name={t(`link.${name}`)}>
            <Link to={list(query)} className="number" aria-label={`${t(`link.${name}`)}: ${count}${more ? '+' : ''}`}>
              {more ? `${count}+` : count}
            </Link>
          </Named>
        ))}
        {times.map(([name, at]) => (
          <Named key={name} name={t(`link.${name}`)}>
            {at === undefined ? '–' : <Moment at={at} stacked />}
          </Named>
        ))}
        {(['received', 'sent'] as const).map((name) => (
          <Named key={name} name={t(`link.${name}`)}>
            {figures ? share(figures[name]) : '…'}
          </Named>
        ))}
        <Named name={t('link.expiry')}>{figures?.expiry ? <RunsOut expiry={figures.expiry} /> : figures ? '–' : '…'}</Named>
        <Named name={t('link.today')} wide>
          {limits ? <Allowance limits={limits} /> : '…'}
        </Named>
      </dl>
      <Space wrap style={{ marginTop: 8 }}>
        {drain && (
          <span>
            {t(drain.more ? 'link.drainMore' : 'link.drain', { minutes: Math.ceil(drain.seconds / 60), pace: Math.round(drain.perMinute) })}
          </span>
        )}
        {paused && (
          <Typography.Text type="warning">
            {paused.reason} · {nameOf(paused.actor)} · <Moment at={paused.at} />
          </Typography.Text>
        )}
        {may(session, 'links.manage') && <Turn link={link} partner={partner} stopped={state === 'stopped'} />}
      </Space>
    </Card>
  );
}

const Named = ({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) => (
  <div {...(wide && { className: 'wide' })}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Pause or resume, with a reason. */
function Turn({ link, partner, stopped }: { link: string; partner: string; stopped: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const what = stopped ? 'resume' : 'pause';
  const title = t(`link.${what}`, { what: `${partner} · ${link}` });
  const submit = async ({ reason }: { reason: string }) => {
    await api.post(`/api/links/${encodeURIComponent(link)}/${what}`, { reason });
    await Promise.all(['standing', 'stops'].map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
  return (
    <>
      <Button size="small" danger={!stopped} aria-label={title} onClick={() => setAsking(true)}>
        {t(`link.${what}Short`)}
      </Button>
      {asking && <Reasoned title={title} danger={!stopped} onSubmit={submit} onClose={() => setAsking(false)} />}
    </>
  );
}
