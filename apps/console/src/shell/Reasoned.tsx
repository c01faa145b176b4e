import { Form, Input, Modal } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from './Failure.tsx';

interface Props<T> {
  /** What is done, with the number of things it is done to. Also the label of the button. */
  readonly title: string;
  /** Begins the ids of its fields, where it opens over another one. */
  readonly name?: string;
  readonly danger?: boolean;
  /** There is nothing to do it to. */
  readonly disabled?: boolean;
  readonly width?: number;
  readonly children?: ReactNode;
  readonly initial?: Partial<T>;
  readonly onSubmit: (given: T & { readonly reason: string }) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for the reason that the audit trail keeps, with whatever else an action needs. Stays open, saying why, when it is refused. */
export function Reasoned<T extends object = object>({
  title,
  name,
  danger = false,
  disabled = false,
  width = 520,
  children,
  initial,
  onSubmit,
  onClose,
}: Props<T>) {
  const { t } = useTranslation();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (given: T & { reason: string }) => {
    if (busy || disabled) return;
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit(given);
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={title}
      okText={title}
      cancelText={t('common.cancel')}
      okButtonProps={{ danger, disabled, loading: busy, htmlType: 'submit', form: id }}
      width={width}
      onCancel={onClose}
    >
      <Form
        id={id}
        {...(name === undefined ? {} : { name })}
        layout="vertical"
        initialValues={initial ?? {}}
        onFinish={(given) => void submit(given as T & { reason: string })}
      >
        {children}
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, min: 2, max: 500, whitespace: true }]}>
          <Input autoComplete="off" />
        </Form.Item>
      </Form>
      {error !== undefined && <Failure error={error} />}
    </Modal>
  );
}
