import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { IncidentState as State } from '../../api/incidents.ts';

const MARKS: Readonly<Record<State, readonly [string, string]>> = {
  open: ['✕', 'error'],
  acknowledged: ['…', 'processing'],
  fixing: ['…', 'processing'],
  monitored: ['?', 'warning'],
  resolved: ['✓', 'success'],
  ignored: ['–', 'default'],
};

/** A state in words with a sign: never by colour alone. */
export function IncidentState({
  state,
  cameBack,
  leftStanding = 0,
}: {
  state: State;
  cameBack: number;
  leftStanding?: number | undefined;
}) {
  const { t } = useTranslation();
  const [sign, colour] = MARKS[state];
  return (
    <>
      <Tag color={colour}>
        <span aria-hidden="true">{sign}</span> {t(`incidentState.${state}`)}
      </Tag>
      {leftStanding > 0 && <Tag color="warning">{t('incident.left', { number: leftStanding })}</Tag>}
      {cameBack > 0 && <Tag color="error">{t('incident.cameBack', { number: cameBack })}</Tag>}
    </>
  );
}
