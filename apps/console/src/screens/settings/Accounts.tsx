import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Dropdown, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { Reasoned } from '../../shell/Reasoned.tsx';
import { AccountFields, grantsOf, type Grants } from './AccountFields.tsx';
import { Tokens } from './Tokens.tsx';
import { useAccounts, type Account, type Made } from './accounts-api.ts';

type Doing =
  { readonly what: 'create' } | { readonly what: 'change' | 'disable' | 'enable' | 'reset' | 'end' | 'tokens'; readonly to: Account };
type Given = Grants & { readonly name: string; readonly kind: Account['kind']; readonly oidcSubject?: string; readonly reason: string };

/** Who may sign in, and as what. Nobody changes their own account. */
export function Accounts({ session }: { session: Session }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useAccounts();
  const [doing, setDoing] = useState<Doing>();
  const [made, setMade] = useState<Made>();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  const submit = async (given: Given) => {
    const answer = await perform(doing!, given);
    setMade(answer?.oneTimeSecret === undefined ? undefined : answer);
    await client.invalidateQueries({ queryKey: ['accounts'] });
  };
  const manages = may(session, 'accounts.manage');
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      {manages && <Button onClick={() => setDoing({ what: 'create' })}>{t('account.create')}</Button>}
      <div aria-live="polite">{made?.oneTimeSecret && <Secret name={made.account.name} secret={made.oneTimeSecret} />}</div>
      <Table<Account>
        rowKey="id"
        size="small"
        loading={isPending}
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={data ?? []}
        columns={[
          { title: t('signIn.account'), dataIndex: 'name' },
          { title: t('account.kind'), dataIndex: 'kind', render: (kind: string) => t(`account.${kind}`) },
          {
            title: t('settings.roles'),
            dataIndex: 'roles',
            render: (roles: string[]) => roles.map((role) => t(`role.${role}`, { defaultValue: role })).join(', '),
          },
          {
            title: t('account.partners'),
            dataIndex: 'partners',
            render: (partners: Account['partners']) => (partners === 'all' ? t('account.all') : partners.join(', ')),
          },
          { title: t('message.state'), key: 'state', render: (_, account) => t(`account.${stateOf(account)}`) },
          { title: t('account.lastSignIn'), dataIndex: 'lastSignInAt', render: (at?: string) => at && <Moment at={at} /> },
          ...(manages
            ? [
                {
                  key: 'actions',
                  title: t('account.actions'),
                  render: (_: unknown, account: Account) =>
                    account.id !== session.account.id && <Actions account={account} onChoose={(what) => setDoing({ what, to: account })} />,
                },
              ]
            : []),
        ]}
      />
      {doing?.what === 'tokens' && <Tokens account={doing.to} onClose={() => setDoing(undefined)} />}
      {doing && doing.what !== 'tokens' && (
        <Reasoned<Given>
          title={doing.what === 'create' ? t('account.create') : t(`account.do.${doing.what}`, { name: doing.to.name })}
          danger={['disable', 'reset', 'end'].includes(doing.what)}
          initial={doing.what === 'change' ? fieldsOf(doing.to) : { kind: 'person', roles: [], allPartners: false }}
          onSubmit={submit}
          onClose={() => setDoing(undefined)}
        >
          {(doing.what === 'create' || doing.what === 'change') && <AccountFields isNew={doing.what === 'create'} />}
        </Reasoned>
      )}
    </Space>
  );
}

const fieldsOf = ({ roles, partners }: Account): Partial<Given> =>
  partners === 'all' ? { roles, allPartners: true } : { roles, allPartners: false, partners: partners };

const stateOf = ({ disabled, mustChangePassword, enrolled, oidc }: Account): string =>
  disabled ? 'disabled' : mustChangePassword ? 'oneTime' : enrolled || oidc ? 'active' : 'noFactor';

async function perform(doing: Doing, given: Given): Promise<Made | undefined> {
  const { name, kind, oidcSubject, reason } = given;
  if (doing.what === 'create') {
    const subject = oidcSubject ? { oidcSubject } : {};
    return api.post<Made>('/api/accounts', { name, kind, ...grantsOf(given), ...subject, reason });
  }
  const path = `/api/accounts/${doing.to.id}`;
  if (doing.what === 'change') return api.patch<Made>(path, { ...grantsOf(given), reason });
  if (doing.what === 'reset') return api.post<Made>(`${path}/reset`, { reason });
  if (doing.what === 'end') return void (await api.post(`${path}/sessions/end`, { reason }));
  return api.patch<Made>(path, { disabled: doing.what === 'disable', reason });
}

function Actions({ account, onChoose }: { account: Account; onChoose: (what: Exclude<Doing['what'], 'create'>) => void }) {
  const { t } = useTranslation();
  const person = account.kind === 'person';
  const choices = [
    'change',
    account.disabled ? 'enable' : 'disable',
    ...(person && !account.oidc ? ['reset'] : []),
    ...(person ? ['end'] : ['tokens']),
  ] as const;
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: choices.map((key) => ({ key, label: t(`account.do.${key}`, { name: account.name }) })),
        onClick: ({ key }) => onChoose(key as Exclude<Doing['what'], 'create'>),
      }}
    >
      <Button size="small" aria-label={t('account.actionsOf', { name: account.name })}>
        {t('account.actions')}
      </Button>
    </Dropdown>
  );
}

/** Shown this once: whoever gave it out hands it over, and it must be changed at the first sign-in. */
export function Secret({ name, secret }: { name: string; secret: string }) {
  const { t } = useTranslation();
  return (
    <Alert
      type="warning"
      showIcon
      title={t('account.secretOf', { name })}
      description={
        <Typography.Text copyable={{ tooltips: false, text: secret }} className="mono">
          <span data-secret>{secret}</span>
        </Typography.Text>
      }
    />
  );
}
