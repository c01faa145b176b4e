import { Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { relative, stamp } from './times.ts';

/**
 * How long ago, and the time in Beijing; in Astana and UTC for whoever points at it. `stacked`: one under the other, where it is narrow.
 * A tooltip for each of hundreds would cost more than the list they stand in: it is made when somebody points.
 */
export function Moment({ at, stacked = false }: { at: string; stacked?: boolean }) {
  const { t, i18n } = useTranslation();
  const [pointed, setPointed] = useState(false);
  const time = (
    <time dateTime={at} tabIndex={-1} onPointerEnter={() => setPointed(true)} onFocus={() => setPointed(true)}>
      {relative(at, new Date(), i18n.language)}
      {stacked ? <br /> : ' · '}
      <span style={{ whiteSpace: 'nowrap' }}>{stamp(at)}</span>
    </time>
  );
  if (!pointed) return time;
  return (
    <Tooltip defaultOpen title={`${stamp(at, 'astana')} ${t('clock.astana')} · ${stamp(at, 'utc')} UTC`}>
      {time}
    </Tooltip>
  );
}
