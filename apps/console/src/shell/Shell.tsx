import { UserOutlined } from '@ant-design/icons';
import { Button, Input, Layout, Space, type InputRef } from 'antd';
import { use, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import type { Session } from '../api/session.ts';
import { LANGUAGES, speak, type Language } from '../i18n/index.ts';
import { tell } from './commands.ts';
import { EnvironmentBand } from './EnvironmentBand.tsx';
import { ClockStrip } from './ClockStrip.tsx';
import { ICONS } from './icons.tsx';
import { Palette } from './Palette.tsx';
import { Preferences } from './Preferences.tsx';
import { ThemeContext, useStoredFlag } from './preferences.ts';
import { menuOf, screensFor } from './screens.ts';
import { Shortcuts } from './shortcuts.ts';

/** Frame of every screen: environment band, clocks, search box, menu; the keys that work everywhere. */
export function Shell({ session, onSignOut, children }: { session: Session; onSignOut: () => void; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { dark, setDark } = use(ThemeContext);
  const [singleKeys, setSingleKeys] = useStoredFlag('landbridge.keys', true);
  const [palette, setPalette] = useState(false);
  const search = useRef<InputRef>(null);

  useEffect(() => {
    const shortcuts = new Shortcuts(() => singleKeys);
    const listen = (event: KeyboardEvent) => {
      const command = shortcuts.read({ ...press(event), target: event.target as HTMLElement | null });
      if (command === undefined) return;
      if (command === 'palette') setPalette(true);
      else if (command === 'search') search.current?.focus();
      else if (command.startsWith('go-')) void navigate(`/${command.slice(3)}`);
      else return tell(command);
      event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [navigate, singleKeys]);

  const screens = screensFor(session.rights);
  const here = menuOf(pathname);
  return (
    <Layout style={{ minHeight: '100%' }}>
      <a className="skip-link" href="#content">
        {t('app.skip')}
      </a>
      <EnvironmentBand />
      <Layout.Header
        className="shell-header"
        style={{
          display: 'flex',
          gap: '8px 16px',
          alignItems: 'center',
          flexWrap: 'wrap',
          height: 'auto',
          padding: '8px 16px',
          lineHeight: 1.5,
        }}
      >
        <strong style={{ fontSize: 16, whiteSpace: 'nowrap' }}>{t('app.name')}</strong>
        <Input.Search
          ref={search}
          role="searchbox"
          aria-label={t('shell.search')}
          placeholder={t('shell.search')}
          style={{ flex: '1 1 240px', maxWidth: 560 }}
          onSearch={(text) => text.trim() !== '' && void navigate(`/search?q=${encodeURIComponent(text.trim())}`)}
        />
        <ClockStrip />
        <Space>
          <select
            className="languages"
            aria-label={t('shell.language')}
            value={i18n.language}
            onChange={({ target }) => void speak(target.value as Language)}
          >
            {Object.entries(LANGUAGES).map(([language, name]) => (
              <option key={language} value={language} lang={language}>
                {name}
              </option>
            ))}
          </select>
          <Preferences dark={dark} onDark={setDark} singleKeys={singleKeys} onSingleKeys={setSingleKeys} />
          <span style={{ whiteSpace: 'nowrap' }}>
            <UserOutlined aria-hidden="true" /> {session.account.name}
          </span>
          <Button onClick={onSignOut}>{t('shell.signOut')}</Button>
        </Space>
      </Layout.Header>
      <Layout>
        <Layout.Sider theme={dark ? 'dark' : 'light'} width={232} breakpoint="lg" collapsedWidth={0}>
          <nav className="menu" aria-label={t('nav.label')}>
            {screens.map((screen) => (
              <Link key={screen} to={`/${screen}`} {...(screen === here && { 'aria-current': 'page' as const })}>
                {ICONS[screen]} {t(`nav.${screen}`)}
              </Link>
            ))}
          </nav>
        </Layout.Sider>
        <Layout.Content id="content" role="main" tabIndex={-1} style={{ padding: 16, minWidth: 0 }}>
          {children}
        </Layout.Content>
      </Layout>
      <Palette screens={screens} open={palette} onClose={() => setPalette(false)} />
    </Layout>
  );
}

const press = ({ code, key, ctrlKey, metaKey, altKey, shiftKey, isComposing }: KeyboardEvent) => ({
  code,
  key,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
  isComposing,
});
