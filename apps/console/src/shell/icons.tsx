import {
  AlertOutlined,
  DashboardOutlined,
  InboxOutlined,
  MailOutlined,
  RedoOutlined,
  SettingOutlined,
  SwapOutlined,
  TeamOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

/** A sign for each screen of the menu, beside its name. */
export const ICONS: Readonly<Record<string, ReactNode>> = {
  overview: <DashboardOutlined />,
  messages: <MailOutlined />,
  incidents: <WarningOutlined />,
  'dead-letters': <InboxOutlined />,
  replays: <RedoOutlined />,
  partners: <TeamOutlined />,
  mappings: <SwapOutlined />,
  alerts: <AlertOutlined />,
  settings: <SettingOutlined />,
};
