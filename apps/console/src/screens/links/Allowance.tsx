import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import type { LinkLimits } from '../../api/links.ts';

/** What every link may send, and has sent today. */
export const useLimits = (): readonly LinkLimits[] | undefined =>
  useQuery({
    queryKey: ['limits'],
    queryFn: () => api.get<{ readonly links: readonly LinkLimits[] }>('/api/links/limits'),
    staleTime: 10_000,
    refetchInterval: 30_000,
  }).data?.links;

const MEGABYTE = 1024 * 1024;

/** Messages and megabytes of the day, each of its quota, and a mark while the partner is held back. */
export function Allowance({ limits: { agreed, today, shut } }: { limits: LinkLimits }) {
  const { t, i18n } = useTranslation();
  const number = (value: number) => new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format(value);
  const of = (taken: string, quota: string | undefined) =>
    quota === undefined ? t('link.noQuota', { taken }) : t('link.takenOf', { taken, agreed: quota });
  const megabytes = (bytes: number) => `${number(bytes / MEGABYTE)} MB`;
  return (
    <>
      {of(number(today.messages), agreed.dayMessages === undefined ? undefined : number(agreed.dayMessages))}
      {' · '}
      {of(megabytes(today.bytes), agreed.dayBytes === undefined ? undefined : megabytes(agreed.dayBytes))}{' '}
      {shut && (
        <Tag color="warning">
          <span aria-hidden="true">!</span> {t(`link.shut.${shut.code}`)}
        </Tag>
      )}
    </>
  );
}
