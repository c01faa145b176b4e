import { Button, Checkbox, Popover, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { COLUMN_NAMES, USUAL } from './columns.tsx';

interface Props {
  readonly columns: readonly string[];
  readonly onChange: (columns: readonly string[]) => void;
}

/** Which columns the list shows. Kept by this browser, and by a saved view. */
export function ColumnPicker({ columns, onChange }: Props) {
  const { t } = useTranslation();
  const choice = (
    <Space orientation="vertical">
      <Checkbox.Group
        value={[...columns]}
        onChange={(chosen: string[]) => onChange(COLUMN_NAMES.filter((name) => chosen.includes(name)))}
        style={{ flexDirection: 'column' }}
        options={COLUMN_NAMES.map((value) => ({ value, label: t(`message.${value}`) }))}
      />
      <Button size="small" onClick={() => onChange(USUAL)}>
        {t('columns.usual')}
      </Button>
    </Space>
  );
  return (
    <Popover trigger="click" placement="bottomRight" title={t('columns.title')} content={choice}>
      <Button>{t('columns.title')}</Button>
    </Popover>
  );
}
