import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, Modal, Popconfirm, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { Failure } from '../../shell/Failure.tsx';

interface View {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly columns: readonly string[];
  readonly owner: string;
  readonly own: boolean;
  readonly shared: boolean;
}

interface Props {
  readonly query: string;
  readonly columns: readonly string[];
  readonly onOpen: (view: { readonly query: string; readonly columns: readonly string[] }) => void;
}

const KEY = ['views'];

/** Saved views: one's own and the team's. The one that is shown now is the one whose query stands in the address. */
export function Views({ query, columns, onOpen }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [saving, setSaving] = useState(false);
  const { data } = useQuery({ queryKey: KEY, queryFn: () => api.get<{ views: View[] }>('/api/views'), staleTime: 60_000 });
  const views = data?.views ?? [];
  const shown = views.find((view) => view.query === query && view.columns.join() === columns.join());
  const again = () => client.invalidateQueries({ queryKey: KEY });
  const remove = async (id: string) => {
    await api.delete(`/api/views/${id}`);
    await again();
  };
  const group = (label: string, some: readonly View[]) => ({
    label,
    options: some.map(({ id, name, owner, own }) => ({ value: id, label: own ? name : `${name} · ${owner}` })),
  });
  return (
    <Space.Compact>
      <Select
        aria-label={t('views.title')}
        placeholder={t('views.title')}
        style={{ minWidth: 220 }}
        value={shown?.id ?? null}
        notFoundContent={t('views.none')}
        onChange={(id: string) => {
          const view = views.find((one) => one.id === id);
          if (view) onOpen(view);
        }}
        options={[
          group(
            t('views.own'),
            views.filter(({ shared }) => !shared),
          ),
          group(
            t('views.team'),
            views.filter(({ shared }) => shared),
          ),
        ].filter(({ options }) => options.length > 0)}
      />
      <Button onClick={() => setSaving(true)}>{t('views.save')}</Button>
      {shown?.own && (
        <Popconfirm title={t('views.removeAsk', { name: shown.name })} okText={t('views.remove')} onConfirm={() => void remove(shown.id)}>
          <Button>{t('views.remove')}</Button>
        </Popconfirm>
      )}
      {saving && <Save query={query} columns={columns} onDone={again} onClose={() => setSaving(false)} />}
    </Space.Compact>
  );
}

interface SaveProps extends Pick<Props, 'query' | 'columns'> {
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

interface Given {
  readonly name: string;
  readonly shared?: boolean;
  readonly reason?: string;
}

function Save({ query, columns, onDone, onClose }: SaveProps) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>();
  const save = async ({ name, shared = false, reason }: Given) => {
    try {
      await api.post('/api/views', { name: name.trim(), shared, query, columns, ...(shared && { reason }) });
      await onDone();
      onClose();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Modal
      open
      title={t('views.save')}
      okText={t('views.save')}
      cancelText={t('common.cancel')}
      okButtonProps={{ htmlType: 'submit', form: 'save-view' }}
      onCancel={onClose}
    >
      <Form id="save-view" name="view" layout="vertical" onFinish={(given: Given) => void save(given)}>
        <Form.Item name="name" label={t('views.name')} rules={[{ required: true, max: 80, whitespace: true }]} extra={query}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="shared" valuePropName="checked" extra={t('views.sharedHint')}>
          <Checkbox>{t('views.share')}</Checkbox>
        </Form.Item>
        <Form.Item noStyle dependencies={['shared']}>
          {({ getFieldValue }) =>
            getFieldValue('shared') === true && (
              <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, min: 2, max: 500, whitespace: true }]}>
                <Input autoComplete="off" />
              </Form.Item>
            )
          }
        </Form.Item>
      </Form>
      {error !== undefined && <Failure error={error} />}
    </Modal>
  );
}
