import { Tabs, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useParams } from 'react-router';
import { may, type Session } from '../../api/session.ts';
import { Accounts } from './Accounts.tsx';
import { Alerts } from './Alerts.tsx';
import { Audit } from './Audit.tsx';
import { CodeLists } from './CodeLists.tsx';
import { Diagnostics } from './Diagnostics.tsx';
import { MySessions } from './MySessions.tsx';
import { Retention } from './Retention.tsx';
import { Roles } from './Roles.tsx';

/** One's own sessions for everybody; accounts, alerts and the audit trail for whoever may read them. */
export function Settings({ session }: { session: Session }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useParams();
  const parts = [
    ...(may(session, 'accounts.read')
      ? [
          { key: 'accounts', children: <Accounts session={session} /> },
          { key: 'roles', children: <Roles /> },
        ]
      : []),
    ...(may(session, 'alerts.read') ? [{ key: 'alerts', children: <Alerts session={session} /> }] : []),
    ...(may(session, 'mappings.read') ? [{ key: 'codelists', children: <CodeLists /> }] : []),
    ...(may(session, 'settings.read')
      ? [
          { key: 'retention', children: <Retention /> },
          { key: 'diagnostics', children: <Diagnostics /> },
        ]
      : []),
    ...(may(session, 'audit.read') ? [{ key: 'audit', children: <Audit /> }] : []),
    { key: 'sessions', children: <MySessions /> },
  ];
  const shown = parts.find(({ key }) => key === tab);
  if (!shown) return <Navigate to={`/settings/${parts[0]!.key}`} replace />;
  return (
    <>
      <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
        {t('nav.settings')}
      </Typography.Title>
      <Tabs
        activeKey={shown.key}
        destroyOnHidden
        onChange={(key) => void navigate(`/settings/${key}`)}
        items={parts.map(({ key, children }) => ({ key, label: t(`settings.${key}`), children }))}
      />
    </>
  );
}
