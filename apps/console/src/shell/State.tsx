import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';

const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  good: ['✓', 'success'],
  bad: ['✕', 'error'],
  open: ['…', 'processing'],
  doubt: ['?', 'warning'],
  still: ['–', 'default'],
};
const KINDS: Readonly<Record<string, keyof typeof MARKS>> = {
  received: 'open',
  routed: 'good',
  quarantined: 'bad',
  refused: 'bad',
  parked: 'bad',
  ready: 'open',
  publishing: 'open',
  published: 'open',
  retrying: 'doubt',
  unknown: 'doubt',
  missing: 'doubt',
  stored: 'open',
  valid: 'good',
  accepted: 'good',
  expired: 'bad',
  dead: 'bad',
  superseded: 'still',
  cancelled: 'still',
  closed: 'still',
};

/** A state in words with a sign: never by colour alone. */
export function State({ state }: { state: string }) {
  const { t } = useTranslation();
  const [sign, color] = MARKS[KINDS[state] ?? 'still']!;
  return (
    <Tag color={color}>
      <span aria-hidden="true">{sign}</span> {t(`state.${state}`)}
    </Tag>
  );
}
