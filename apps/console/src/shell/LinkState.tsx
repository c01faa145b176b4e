import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { LinkStanding } from '../api/types.ts';

const MARKS: Readonly<Record<LinkStanding['state'], readonly [string, string]>> = {
  used: ['✓', 'success'],
  up: ['○', 'default'],
  down: ['✕', 'error'],
  stopped: ['‖', 'warning'],
};

/** How a link stands, in words with a sign: never by colour alone. */
export function LinkState({ state, children }: { state: LinkStanding['state']; children?: string }) {
  const { t } = useTranslation();
  const [sign, colour] = MARKS[state];
  return (
    <Tag color={colour}>
      <span aria-hidden="true">{sign}</span> {t(`link.${state}`)} {children}
    </Tag>
  );
}
