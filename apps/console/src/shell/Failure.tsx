import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';

/** What went wrong, in the reader's language, with its code for the telephone. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={useFailureText(error)}
      {...(error instanceof ApiError && error.detail !== '' ? { description: error.detail } : {})}
      {...(onRetry ? { action: <Button onClick={onRetry}>{t('common.retry')}</Button> } : {})}
    />
  );
}

export function useFailureText(error: unknown): string {
  const { t } = useTranslation();
  if (!(error instanceof ApiError)) return t('error.other', { code: 'CONSOLE' });
  if (error.status === 0) return t('error.unreachable');
  if (error.status === 403) return t('error.notAllowed');
  return t('error.other', { code: error.code });
}
