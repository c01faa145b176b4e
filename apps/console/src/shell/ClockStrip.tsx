import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock, ZONES, type Zone } from './times.ts';

/** The corridor's clocks side by side. */
export function ClockStrip() {
  const { t } = useTranslation();
  // Zones are read after the first screen is drawn: it is what takes a clock the longest.
  const [now, setNow] = useState<Date>();
  useEffect(() => {
    const tick = () => setNow(new Date());
    const soon = requestIdleCallback(tick, { timeout: 1_000 });
    const timer = setInterval(tick, 1_000);
    return () => {
      cancelIdleCallback(soon);
      clearInterval(timer);
    };
  }, []);
  return (
    <div className="clock-strip" role="group" aria-label={t('clock.label')}>
      {(Object.keys(ZONES) as Zone[]).map((zone) => (
        <span key={zone}>
          {t(`clock.${zone}`)} {now ? <time dateTime={now.toISOString()}>{clock(now, zone)}</time> : '··:··:··'}
        </span>
      ))}
    </div>
  );
}
