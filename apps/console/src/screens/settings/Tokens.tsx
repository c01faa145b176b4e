import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Form, Input, InputNumber, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { Secret } from './Accounts.tsx';
import type { Account } from './accounts-api.ts';

interface Token {
  readonly id: string;
  readonly label: string;
  readonly until: string;
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

/** Tokens of a program: issued once, shown once, revoked at once. */
export function Tokens({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const path = `/api/accounts/${account.id}/tokens`;
  const { data, error, refetch } = useQuery({ queryKey: ['tokens', account.id], queryFn: () => api.get<{ tokens: Token[] }>(path) });
  const [issued, setIssued] = useState<string>();
  const [doing, setDoing] = useState<Token | 'new'>();
  const submit = async ({ label, days, reason }: { label: string; days: number; reason: string }) => {
    if (doing === 'new') setIssued((await api.post<{ token: string }>(path, { label, days, reason })).token);
    else await api.post(`${path}/${doing!.id}/revoke`, { reason });
    await client.invalidateQueries({ queryKey: ['tokens', account.id] });
  };
  return (
    <Drawer open onClose={onClose} title={t('account.do.tokens', { name: account.name })} size="large">
      <Space orientation="vertical" style={{ width: '100%' }}>
        <Button onClick={() => setDoing('new')}>{t('token.issue')}</Button>
        <div aria-live="polite">{issued && <Secret name={account.name} secret={issued} />}</div>
        {error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <Table<Token>
            rowKey="id"
            size="small"
            pagination={false}
            dataSource={data?.tokens ?? []}
            columns={[
              { title: t('token.label'), dataIndex: 'label' },
              { title: t('token.until'), dataIndex: 'until', render: (at: string) => <Moment at={at} /> },
              { title: t('token.lastUsed'), dataIndex: 'lastUsedAt', render: (at?: string) => at && <Moment at={at} /> },
              {
                title: t('message.state'),
                key: 'state',
                render: (_, token) =>
                  token.revokedAt ? (
                    t('token.revoked')
                  ) : (
                    <Button size="small" danger onClick={() => setDoing(token)}>
                      {t('token.revoke', { label: token.label })}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Space>
      {doing && (
        <Reasoned
          title={doing === 'new' ? t('token.issue') : t('token.revoke', { label: doing.label })}
          danger={doing !== 'new'}
          initial={{ days: 90 }}
          onSubmit={submit}
          onClose={() => setDoing(undefined)}
        >
          {doing === 'new' && (
            <>
              <Form.Item name="label" label={t('token.label')} rules={[{ required: true }]}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name="days" label={t('token.days')}>
                <InputNumber min={1} max={365} />
              </Form.Item>
            </>
          )}
        </Reasoned>
      )}
    </Drawer>
  );
}
