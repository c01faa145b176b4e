import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, QRCode, Steps, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { keep, type Session } from '../api/session.ts';
import { Failure } from '../shell/Failure.tsx';

/** Before anything else: a password of one's own in place of the one-time secret, then the second factor. Goes on where one left off. */
export function FirstSteps({ session }: { session: Session }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const changed = (next: string, answer: Session) => {
    setPassword(next);
    client.setQueryData(['session'], keep(answer));
  };
  const step = session.setup?.password === false ? 1 : 0;
  return (
    <main style={{ display: 'grid', placeItems: 'center', minHeight: '100%' }}>
      <Card title={<h1 style={{ fontSize: 20, margin: 0 }}>{t('setup.title')}</h1>} style={{ width: 460 }}>
        <Steps
          size="small"
          current={step}
          items={[{ title: t('setup.password') }, { title: t('setup.factor') }]}
          style={{ marginBottom: 24 }}
        />
        {step === 0 ? (
          <NewPassword name={session.account.name} onChanged={changed} />
        ) : (
          <Factor name={session.account.name} password={password} />
        )}
      </Card>
    </main>
  );
}

/** Password managers keep a password under the account they find in the form. */
const UserName = ({ name }: { name: string }) => <input type="text" autoComplete="username" value={name} readOnly hidden />;

function NewPassword({ name, onChanged }: { name: string; onChanged: (next: string, session: Session) => void }) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>();
  const change = async ({ current, next }: { current: string; next: string }) => {
    try {
      onChanged(next, await api.post<Session>('/api/session/password', { current, next }));
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Form layout="vertical" onFinish={(given: { current: string; next: string }) => void change(given)} requiredMark={false}>
      <UserName name={name} />
      <Form.Item name="current" label={t('setup.current')} rules={[{ required: true }]}>
        <Input.Password autoComplete="current-password" autoFocus />
      </Form.Item>
      <Form.Item name="next" label={t('setup.next')} rules={[{ required: true }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {error !== undefined && <Failure error={error} />}
      <Button type="primary" htmlType="submit" block>
        {t('setup.change')}
      </Button>
    </Form>
  );
}

interface NewFactor {
  readonly secret: string;
  readonly uri: string;
}

function Factor({ name, password }: { name: string; password: string }) {
  const { t } = useTranslation();
  const [factor, setFactor] = useState<NewFactor>();
  const [error, setError] = useState<unknown>();
  const begin = async ({ again }: { again?: string }) => {
    try {
      setFactor(await api.post<NewFactor>('/api/session/factor', { password: password === '' ? again : password }));
    } catch (failure) {
      setError(failure);
    }
  };
  if (factor) return <Confirm factor={factor} />;
  return (
    <Form layout="vertical" onFinish={(given: { again?: string }) => void begin(given)} requiredMark={false}>
      <UserName name={name} />
      {password === '' && (
        <Form.Item name="again" label={t('signIn.password')} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
      )}
      {error !== undefined && <Failure error={error} />}
      <Button type="primary" htmlType="submit" block autoFocus={password !== ''}>
        {t('setup.begin')}
      </Button>
    </Form>
  );
}

function Confirm({ factor }: { factor: NewFactor }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [done, setDone] = useState<{ readonly codes: readonly string[]; readonly session: Session }>();
  const [error, setError] = useState<unknown>();
  const confirm = async ({ code }: { code: string }) => {
    try {
      const { recoveryCodes, ...session } = await api.post<Session & { recoveryCodes: string[] }>('/api/session/factor/confirm', { code });
      setDone({ codes: recoveryCodes, session: keep(session) });
    } catch (failure) {
      setError(failure);
    }
  };
  if (done)
    return (
      <>
        <Alert type="warning" showIcon title={t('setup.recovery')} />
        <pre className="mono">{done.codes.join('\n')}</pre>
        <Button type="primary" block autoFocus onClick={() => client.setQueryData(['session'], done.session)}>
          {t('setup.done')}
        </Button>
      </>
    );
  return (
    <Form layout="vertical" onFinish={(given: { code: string }) => void confirm(given)} requiredMark={false}>
      <Typography.Paragraph>{t('setup.scan')}</Typography.Paragraph>
      {/* The secret below says the same to whoever does not see it. */}
      <div aria-hidden="true" style={{ display: 'grid', placeItems: 'center', marginBottom: 12 }}>
        <QRCode value={factor.uri} type="svg" size={180} color="#000" bgColor="#fff" />
      </div>
      <Typography.Text copyable={{ tooltips: false, text: factor.secret }} className="mono">
        <span data-secret>{factor.secret}</span>
      </Typography.Text>
      <Form.Item name="code" label={t('signIn.code')} rules={[{ required: true }]} style={{ marginTop: 16 }}>
        <Input autoComplete="one-time-code" inputMode="numeric" autoFocus />
      </Form.Item>
      {error !== undefined && <Failure error={error} />}
      <Button type="primary" htmlType="submit" block>
        {t('setup.confirm')}
      </Button>
    </Form>
  );
}
