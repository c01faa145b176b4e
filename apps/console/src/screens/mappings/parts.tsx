import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import type { MappingVersionLine } from '../../api/mapping-versions.ts';
import type { MappingLine } from '../../api/reference.ts';

export const useMappings = () =>
  useQuery({ queryKey: ['mappings'], queryFn: () => api.get<{ mappings: MappingLine[] }>('/api/mappings'), staleTime: Infinity });

export function Status({ status }: { status: string }) {
  const { t } = useTranslation();
  const confirmed = status === 'confirmed';
  return (
    <Tag color={confirmed ? 'success' : 'warning'}>
      <span aria-hidden="true">{confirmed ? '✓' : '?'}</span> {t(`mapping.${status}`)}
    </Tag>
  );
}

const MARKS: Readonly<Record<MappingVersionLine['state'], readonly [string, string]>> = {
  draft: ['✎', 'default'],
  submitted: ['…', 'processing'],
  live: ['✓', 'success'],
  retired: ['–', 'default'],
  refused: ['✕', 'error'],
  'rolled-back': ['↶', 'warning'],
};

export function VersionState({ state }: { state: MappingVersionLine['state'] }) {
  const { t } = useTranslation();
  return (
    <Tag color={MARKS[state][1]}>
      <span aria-hidden="true">{MARKS[state][0]}</span> {t(`mappingVersion.states.${state}`)}
    </Tag>
  );
}
