import { SettingOutlined } from '@ant-design/icons';
import { Button, Popover, Space, Switch } from 'antd';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly dark: boolean;
  readonly onDark: (dark: boolean) => void;
  readonly singleKeys: boolean;
  readonly onSingleKeys: (on: boolean) => void;
}

/** What somebody sets for this browser: colours, and keys that work alone (WCAG 2.1.4: they can be switched off). */
export function Preferences({ dark, onDark, singleKeys, onSingleKeys }: Props) {
  const { t } = useTranslation();
  const row = (label: string, checked: boolean, onChange: (on: boolean) => void) => (
    <Space style={{ justifyContent: 'space-between', width: '100%' }}>
      <span>{label}</span>
      <Switch checked={checked} onChange={onChange} aria-label={label} />
    </Space>
  );
  const content = (
    <Space orientation="vertical" style={{ minWidth: 220 }}>
      {row(t('shell.theme'), dark, onDark)}
      {row(t('shell.singleKeys'), singleKeys, onSingleKeys)}
    </Space>
  );
  return (
    <Popover trigger="click" placement="bottomRight" content={content}>
      <Button type="text" icon={<SettingOutlined />} aria-label={t('shell.preferences')} title={t('shell.preferences')} />
    </Popover>
  );
}
