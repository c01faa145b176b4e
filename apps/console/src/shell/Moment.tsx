import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { relative, stamp } from './times.ts';

/** How long ago, and the time in Beijing and in Astana; `stacked`, one under the other, where it is narrow. */
export function Moment({ at, stacked = false }: { at: string; stacked?: boolean }) {
  const { t, i18n } = useTranslation();
  return (
    <Tooltip title={`${stamp(at, 'astana')} ${t('clock.astana')} · ${stamp(at, 'utc')} UTC`}>
      <time dateTime={at} tabIndex={-1}>
        {relative(at, new Date(), i18n.language)}
        {stacked ? <br /> : ' · '}
        <span style={{ whiteSpace: 'nowrap' }}>{stamp(at)}</span>
      </time>
    </Tooltip>
  );
}
