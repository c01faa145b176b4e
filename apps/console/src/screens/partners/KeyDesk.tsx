import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Input, Select, Space, Spin, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbout } from '../../api/about.ts';
import { api } from '../../api/client.ts';
import type { Key } from '../../api/reference.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Heading } from '../../shell/Heading.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { RunsOut } from '../figures.tsx';
import { KeyStatus } from './Keys.tsx';
import { useKeys } from './queries.ts';

type Order = 'generate' | 'publish' | 'rehearse' | 'activate' | 'retire' | 'compromise';
interface Given {
  readonly alg?: string;
  readonly force?: boolean;
  readonly since?: string;
}
interface Asked {
  readonly order: Order;
  readonly key?: Key;
}

/** The next steps in the life of a key of ours, in the order of a rotation. */
const STEPS: Readonly<Record<string, readonly Order[]>> = {
  pending: ['publish'],
  published: ['rehearse', 'activate'],
  retiring: ['retire'],
};
const FORCED = new Set<Order>(['activate', 'retire']);
const ALGORITHMS = ['ES256', 'Ed25519'];

/** Every key, ours first: what state it is in, how long it lasts, and the next step of a rotation. */
export function KeyDesk({ session }: { session: Session }) {
  const { t } = useTranslation();
  const ours = useAbout()?.gateway;
  const { data, error, refetch } = useKeys();
  const [asked, setAsked] = useState<Asked>();
  const manages = may(session, 'partners.manage');
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const keys = data.keys.toSorted((one, other) => Number(other.party === ours) - Number(one.party === ours) || order(one) - order(other));
  const steps = (key: Key): readonly Order[] => [
    ...(key.party === ours ? (STEPS[key.status] ?? []) : []),
    ...(key.status === 'compromised' ? [] : (['compromise'] as const)),
  ];
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Heading screen="partners" part="keys" session={session} />
      <Alert type="info" showIcon title={t('keys.hint')} />
      {manages && <Button onClick={() => setAsked({ order: 'generate' })}>{t('keys.generate')}</Button>}
      <Table<Key>
        rowKey="kid"
        size="small"
        pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
        scroll={{ x: 'max-content' }}
        dataSource={keys}
        locale={{ emptyText: t('key.none') }}
        expandable={{ expandedRowRender: ({ kid }) => <KeyLife kid={kid} /> }}
        columns={[
          {
            title: t('message.partner'),
            dataIndex: 'party',
            render: (party: string) => (
              <>
                {party} {party === ours && <Tag>{t('keys.ours')}</Tag>}
              </>
            ),
          },
          { title: t('message.state'), dataIndex: 'status', render: (status: string) => <KeyStatus status={status} /> },
          { title: t('key.alg'), dataIndex: 'alg' },
          { title: t('key.kid'), dataIndex: 'kid', className: 'mono' },
          { title: t('key.from'), dataIndex: 'from', render: (at: string) => <Moment at={at} /> },
          { title: t('keys.lasts'), key: 'lasts', render: (_, key) => <Lasts of={key} /> },
          ...(manages
            ? [
                {
                  title: t('keys.step'),
                  key: 'step',
                  render: (_: unknown, key: Key) => (
                    <Space>
                      {steps(key).map((step) => (
                        <Button
                          key={step}
                          size="small"
                          danger={step === 'compromise'}
                          aria-label={`${t(`keys.${step}`)}: ${key.party} ${key.kid.slice(0, 8)}`}
                          onClick={() => setAsked({ order: step, key })}
                        >
                          {t(`keys.${step}`)}
                        </Button>
                      ))}
                    </Space>
                  ),
                },
              ]
            : []),
        ]}
      />
      {asked && <Ask asked={asked} onClose={() => setAsked(undefined)} />}
    </Space>
  );
}

const LIVES = ['active', 'published', 'pending', 'retiring', 'retired', 'compromised'];
const order = ({ status }: Key): number => LIVES.indexOf(status);
const DAY = 86_400_000;

/** Days until the key or its certificate runs out, whichever is sooner. */
function Lasts({ of: { kid, until, certificate } }: { of: Key }) {
  const ends = [
    ...(until === undefined ? [] : [{ what: 'key' as const, until }]),
    ...(certificate === undefined ? [] : [{ what: 'certificate' as const, until: certificate.validTo }]),
  ].toSorted((one, other) => Date.parse(one.until) - Date.parse(other.until));
  const [first] = ends;
  if (!first) return '–';
  return <RunsOut expiry={{ ...first, kid, days: (Date.parse(first.until) - Date.now()) / DAY }} />;
}

/** Asks for the reason, and for what an order needs besides. A rehearsal tells who passed before it closes. */
function Ask({ asked: { order: what, key }, onClose }: { asked: Asked; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const submit = async ({ reason, alg, force, since }: Given & { readonly reason: string }) => {
    if (what === 'rehearse') await api.post('/api/keys/rehearsals', { kid: key?.kid, reason });
    else
      await api.post('/api/keys/orders', {
        order: what,
        reason,
        ...(key && { kid: key.kid }),
        ...(what === 'generate' && { alg }),
        ...(FORCED.has(what) && { force: force ?? false }),
        ...(what === 'compromise' && { since: new Date(since ?? '').toISOString() }),
      });
    await Promise.all(['keys', 'key', 'figures'].map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
  return (
    <Reasoned<Given>
      title={key ? `${t(`keys.${what}`)} · ${key.party} ${key.kid.slice(0, 8)}` : t('keys.generate')}
      name="key"
      danger={what === 'compromise' || what === 'retire'}
      initial={{ alg: ALGORITHMS[0]!, since: new Date().toISOString().slice(0, 19) + 'Z' }}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>{t(`keys.about.${what}`)}</p>
      {what === 'generate' && (
        <Form.Item name="alg" label={t('key.alg')}>
          <Select options={ALGORITHMS.map((value) => ({ value, label: value }))} />
        </Form.Item>
      )}
      {what === 'compromise' && (
        <Form.Item
          name="since"
          label={t('keys.since')}
          rules={[
            {
              required: true,
              validator: (_, text: string) =>
                Number.isNaN(Date.parse(text)) ? Promise.reject(new Error(t('keys.since'))) : Promise.resolve(),
            },
          ]}
        >
          <Input className="mono" autoComplete="off" />
        </Form.Item>
      )}
      {FORCED.has(what) && (
        <Form.Item name="force" valuePropName="checked">
          <Checkbox>{t(`keys.force.${what}`)}</Checkbox>
        </Form.Item>
      )}
    </Reasoned>
  );
}

interface Life {
  readonly held: boolean;
  readonly rehearsal: readonly {
    readonly link: string;
    readonly partner: string;
    readonly passed: boolean;
    readonly askedAt?: string;
    readonly answeredAt?: string;
    readonly accepts: boolean;
  }[];
  readonly dependants: readonly {
    readonly link: string;
    readonly direction: 'in' | 'out';
    readonly state: string;
    readonly count: number;
  }[];
}

/** Who verifies with a key, and which messages under way carry its signature: what stands against changing it. */
function KeyLife({ kid }: { kid: string }) {
  const { t } = useTranslation();
  const { data, error } = useQuery({ queryKey: ['key', kid], queryFn: () => api.get<Life>(`/api/keys/${encodeURIComponent(kid)}`) });
  if (error) return <Failure error={error} />;
  if (!data) return <Spin description={t('common.loading')} />;
  return (
    <Space orientation="vertical">
      <span>{t(data.held ? 'keys.held' : 'keys.notHeld')}</span>
      {data.rehearsal.map(({ link, partner, passed, askedAt, answeredAt }) => (
        <span key={link}>
          <Tag color={passed ? 'success' : 'default'}>
            <span aria-hidden="true">{passed ? '✓' : '…'}</span> {t(passed ? 'keys.proven' : askedAt ? 'keys.askedNow' : 'keys.notAsked')}
          </Tag>{' '}
          {partner} · {link} {answeredAt !== undefined && <Moment at={answeredAt} />}
        </span>
      ))}
      {data.dependants.map(({ link, direction, state, count }) => (
        <span key={`${link}${direction}${state}`}>
          {link} · {t(`direction.${direction}`)} · {t(`state.${state}`, { defaultValue: state })} · {t('message.count', { count })}
        </span>
      ))}
    </Space>
  );
}
