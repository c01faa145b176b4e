import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Divider, Form, Input, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useAbout } from '../api/about.ts';
import { api, ApiError } from '../api/client.ts';
import { keep, type Session } from '../api/session.ts';
import { EnvironmentBand } from '../shell/EnvironmentBand.tsx';

interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly code?: string;
}

/**
 * One text for every way to fail: which of the three was wrong helps only an attacker. `ended`: somebody was signed in on this page and
 * is no longer; they go on where they were.
 */
export function SignIn({ ended = false }: { ended?: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const issuer = useAbout()?.issuer ?? false;
  const [failed, setFailed] = useState<string>();
  const [busy, setBusy] = useState(false);
  const trying = async (work: () => Promise<void>) => {
    setFailed(undefined);
    setBusy(true);
    await work().catch((error: unknown) =>
      setFailed(error instanceof ApiError && error.status === 0 ? t('error.unreachable') : t('signIn.failed')),
    );
    setBusy(false);
  };
  const signIn = ({ name, password, code }: Credentials) =>
    trying(async () => {
      client.setQueryData(['session'], keep(await api.post<Session>('/api/session', { name, password, ...(code ? { code } : {}) })));
    });
  const elsewhere = () => trying(async () => window.location.assign((await api.post<{ location: string }>('/api/session/oidc')).location));
  return (
    <>
      <EnvironmentBand />
      <main style={{ display: 'grid', placeItems: 'center', minHeight: '90%' }}>
        <Card title={<h1 style={{ fontSize: 20, margin: 0 }}>{t('app.name')}</h1>} style={{ width: 380 }}>
          {ended && <Alert type="warning" showIcon role="alert" title={t('signIn.ended')} style={{ marginBottom: 16 }} />}
          <Form layout="vertical" onFinish={(given: Credentials) => void signIn(given)} requiredMark={false}>
            <Form.Item name="name" label={t('signIn.account')} rules={[{ required: true }]}>
              <Input autoComplete="username" autoFocus />
            </Form.Item>
            <Form.Item name="password" label={t('signIn.password')} rules={[{ required: true }]}>
              <Input.Password autoComplete="current-password" />
            </Form.Item>
            <Form.Item name="code" label={t('signIn.code')} extra={t('signIn.codeHint')}>
              <Input autoComplete="one-time-code" />
            </Form.Item>
            {failed !== undefined && <Alert type="error" showIcon title={failed} role="alert" style={{ marginBottom: 16 }} />}
            <Button type="primary" htmlType="submit" block loading={busy}>
              {t('signIn.submit')}
            </Button>
          </Form>
          {issuer && (
            <>
              <Divider plain>{t('signIn.or')}</Divider>
              <Button block onClick={() => void elsewhere()}>
                {t('signIn.issuer')}
              </Button>
            </>
          )}
        </Card>
      </main>
    </>
  );
}

/** Where the issuer sends the browser back to: its address is the proof, taken once, and gone from the address line at once. */
export function SignInReturn() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { error } = useQuery({
    queryKey: ['sign-in-return'],
    retry: false,
    staleTime: Infinity,
    queryFn: async () => {
      const url = window.location.href;
      window.history.replaceState(null, '', window.location.pathname);
      client.setQueryData(['session'], keep(await api.post<Session>('/api/session/oidc/return', { url })));
      void navigate('/overview', { replace: true });
      return true;
    },
  });
  if (!error) return <Spin description={t('common.loading')} fullscreen />;
  return (
    <main style={{ padding: 24 }}>
      <Alert
        type="error"
        showIcon
        role="alert"
        title={t('signIn.refusedThere')}
        action={<Button href="/console/">{t('common.retry')}</Button>}
      />
    </main>
  );
}
