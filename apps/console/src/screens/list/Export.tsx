import { Alert, Button, Form, InputNumber, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

const MOST = 50_000;

/** The list as a file: the browser fetches it, so it may be long. */
export function Export({ query }: { query: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [format, setFormat] = useState<'csv' | 'ndjson'>('csv');
  const [limit, setLimit] = useState(10_000);
  const address = `/api/messages/export?${new URLSearchParams({ q: query, format, limit: String(limit) }).toString()}`;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('export.title')}</Button>
      <Modal
        open={open}
        title={t('export.title')}
        onCancel={() => setOpen(false)}
        cancelText={t('common.cancel')}
        okText={t('export.title')}
        okButtonProps={{ href: address, download: true }}
        onOk={() => setOpen(false)}
      >
        <Form layout="vertical">
          <Form.Item label={t('export.format')}>
            <Radio.Group
              value={format}
              onChange={({ target }) => setFormat(target.value as 'csv' | 'ndjson')}
              options={[
                { value: 'csv', label: t('export.csv') },
                { value: 'ndjson', label: t('export.ndjson') },
              ]}
            />
          </Form.Item>
          <Form.Item label={t('export.limit', { number: MOST })} htmlFor="export-limit">
            <InputNumber id="export-limit" min={1} max={MOST} value={limit} onChange={(value) => setLimit(value ?? MOST)} />
          </Form.Item>
        </Form>
        <Alert type="info" showIcon title={t('export.audited')} />
      </Modal>
    </>
  );
}
