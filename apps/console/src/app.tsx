import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider, theme as themes } from 'antd';
import enUS from 'antd/locale/en_US';
import kkKZ from 'antd/locale/kk_KZ';
import ruRU from 'antd/locale/ru_RU';
import zhCN from 'antd/locale/zh_CN';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter } from 'react-router';
import { ApiError } from './api/client.ts';
import { nonce } from './csp.ts';
import type { Language } from './i18n/index.ts';
import { Routes } from './routes.tsx';
import { ThemeContext, useStoredFlag } from './shell/preferences.ts';

const LOCALES: Record<Language, typeof enUS> = { en: enUS, 'zh-CN': zhCN, ru: ruRU, kk: kkKZ };

/** The library's colours, where its own stand out too little (WCAG 2.2, 1.4.3). */
const LIGHT = {
  algorithm: themes.defaultAlgorithm,
  token: {
    colorPrimary: '#0b4f6c',
    colorLink: '#0b4f6c',
    colorSuccess: '#1f6f0a',
    colorWarning: '#7a4f00',
    colorError: '#a8071a',
    colorInfo: '#0b4f6c',
    // Derived from colours so dark they would be grey.
    colorPrimaryBg: '#e6f2f7',
    colorPrimaryBgHover: '#d3e7f0',
    colorInfoBg: '#e6f2f7',
    colorInfoBorder: '#8fbdd1',
    colorSuccessBg: '#f2fbee',
    colorSuccessBorder: '#a9d699',
    colorWarningBg: '#fff9e6',
    colorWarningBorder: '#e0c274',
    colorErrorBg: '#fff1f0',
    colorErrorBorder: '#f0a8a4',
    colorTextSecondary: 'rgba(0,0,0,0.72)',
    colorTextTertiary: 'rgba(0,0,0,0.65)',
    colorTextDescription: 'rgba(0,0,0,0.65)',
    colorTextPlaceholder: 'rgba(0,0,0,0.6)',
  },
  components: {},
};
const DARK = {
  algorithm: themes.darkAlgorithm,
  token: {
    colorPrimary: '#2b86ad',
    colorLink: '#6cc0e3',
    // The library darkens them; what is left must still stand out on its own dark shade.
    colorError: '#ff8a87',
    colorInfo: '#5db8e6',
    colorTextSecondary: 'rgba(255,255,255,0.8)',
    colorTextTertiary: 'rgba(255,255,255,0.72)',
    colorTextDescription: 'rgba(255,255,255,0.72)',
    colorTextPlaceholder: 'rgba(255,255,255,0.65)',
  },
  components: {
    Layout: { siderBg: '#141414' },
    Menu: { itemSelectedColor: '#8fd0ee' },
    Tabs: { itemSelectedColor: '#8fd0ee', itemHoverColor: '#8fd0ee', itemActiveColor: '#8fd0ee', inkBarColor: '#8fd0ee' },
    Button: { dangerColor: '#1f0a0a' },
    Spin: { colorPrimary: '#8fd0ee' },
  },
};

/** Nothing moves for whoever asked for that. */
const motion = !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
const themeOf = (dark: boolean) => {
  const { algorithm, token, components } = dark ? DARK : LIGHT;
  // The styles come as a file (build/component-styles.ts).
  return { algorithm, token: { ...token, motion }, components, zeroRuntime: true, hashed: false };
};

const newClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (count, error) => count < 2 && error instanceof ApiError && error.status === 0 },
    },
  });

export function App() {
  const { i18n } = useTranslation();
  const [client] = useState(newClient);
  const [dark, setDark] = useStoredFlag('landbridge.dark', window.matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <ThemeContext value={{ dark, setDark }}>
      <ConfigProvider locale={LOCALES[i18n.language as Language]} csp={{ nonce }} button={{ autoInsertSpace: false }} theme={themeOf(dark)}>
        <AntApp component="div" style={{ height: '100%' }}>
          <QueryClientProvider client={client}>
            <BrowserRouter basename="/console">
              <Routes />
            </BrowserRouter>
          </QueryClientProvider>
        </AntApp>
      </ConfigProvider>
    </ThemeContext>
  );
}
