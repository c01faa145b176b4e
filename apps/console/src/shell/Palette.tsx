import { Modal, Select, type RefSelectProps } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

/** Ctrl or Cmd with K: go anywhere by typing part of its name. */
export function Palette({ screens, open, onClose }: { screens: readonly string[]; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const box = useRef<RefSelectProps>(null);
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      title={t('shell.palette')}
      destroyOnHidden
      // The dialog takes the focus when it opens; only then can it be passed on.
      afterOpenChange={(shown) => shown && box.current?.focus()}
    >
      <Select
        ref={box}
        showSearch={{ optionFilterProp: 'label' }}
        defaultOpen
        aria-label={t('shell.palette')}
        style={{ width: '100%' }}
        options={screens.map((screen) => ({ value: screen, label: t(`nav.${screen}`) }))}
        onSelect={(screen: string) => {
          onClose();
          void navigate(`/${screen}`);
        }}
      />
    </Modal>
  );
}
