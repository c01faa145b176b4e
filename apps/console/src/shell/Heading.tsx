import { Space, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import type { Session } from '../api/session.ts';
import { partsFor, type ScreenInMenu } from './screens.ts';

/** Names a page, and leads to those beside it under the same line of the menu. */
export function Heading({ screen, part, session }: { screen: ScreenInMenu; part: string; session: Session }) {
  const { t } = useTranslation();
  const parts = partsFor(screen, session.rights);
  return (
    <Space wrap size="large" align="baseline">
      <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
        {t(`nav.${part}`)}
      </Typography.Title>
      {parts.length > 1 && (
        <nav className="parts" aria-label={t('nav.parts', { screen: t(`nav.${screen}`) })}>
          {parts.map((name) => (
            <NavLink key={name} to={`/${name}`} end>
              {t(`nav.${name}`)}
            </NavLink>
          ))}
        </nav>
      )}
    </Space>
  );
}
