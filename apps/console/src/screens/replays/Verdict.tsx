import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Verdict as Word } from '../../api/replays.ts';

const MARKS: Readonly<Record<Word, readonly [string, string]>> = {
  safe: ['✓', 'success'],
  care: ['!', 'warning'],
  pointless: ['–', 'default'],
  harmful: ['✕', 'error'],
};

/** Whether sending again would help or harm, and why: in words, worst reason first. */
export function Verdict({ verdict, reasons }: { verdict: Word; reasons: readonly string[] }) {
  const { t } = useTranslation();
  const [sign, color] = MARKS[verdict];
  return (
    <>
      <Tag color={color}>
        <span aria-hidden="true">{sign}</span> {t(`verdict.${verdict}`)}
      </Tag>{' '}
      {reasons.map((reason) => t(`why.${reason}`, { defaultValue: reason })).join('; ')}
    </>
  );
}
