import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';

const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  submitted: ['?', 'warning'],
  ready: ['▷', 'processing'],
  running: ['▶', 'processing'],
  paused: ['‖', 'warning'],
  done: ['✓', 'success'],
};

/** The state of a plan in words with a sign. */
export function PlanState({ state }: { state: string }) {
  const { t } = useTranslation();
  const [sign, color] = MARKS[state] ?? ['–', 'default'];
  return (
    <Tag color={color}>
      <span aria-hidden="true">{sign}</span> {t(`planState.${state}`)}
    </Tag>
  );
}
