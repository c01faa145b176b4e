import { useQuery } from '@tanstack/react-query';
import { Input, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import type { Chip, ParsedQuery } from '../../api/types.ts';

/** One line of text that is also chips: what the address, the CLI and this line hold is the same query. */
export function QueryLine({ query, onChange }: { query: string; onChange: (query: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(query);
  const [shown, setShown] = useState(query);
  // The address changed under us (back, a saved view): follow it.
  if (shown !== query) {
    setShown(query);
    setText(query);
  }
  const { data: parsed, isPlaceholderData: stale } = useQuery({
    queryKey: ['query', text],
    queryFn: () => api.get<ParsedQuery>(`/api/messages/query?q=${encodeURIComponent(text)}`),
    placeholderData: (before) => before,
  });
  // Faults of what stood here before say nothing about what is typed now: Enter must not be lost to them.
  const faults = parsed && !parsed.ok && !stale ? parsed.faults : [];
  const remove = (chip: Chip) => {
    if (!parsed?.ok) return;
    onChange(
      parsed.chips
        .filter((one) => one !== chip)
        .map(asText)
        .join(' '),
    );
  };
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Input
        value={text}
        onChange={(event) => setText(event.target.value)}
        onPressEnter={(event) => !event.nativeEvent.isComposing && faults.length === 0 && onChange(text.trim())}
        aria-label={t('query.label')}
        aria-invalid={faults.length > 0}
        aria-describedby="query-faults"
        placeholder="state:refused partner:KEG type:MT1101 since:2h"
        spellCheck={false}
        className="mono"
        allowClear
        onClear={() => onChange('')}
      />
      <div id="query-faults" aria-live="polite">
        {faults.map((fault) => (
          <Typography.Text key={`${fault.at}${fault.code}`} type="danger" style={{ display: 'block' }}>
            {t('query.fault', { column: fault.at + 1 })} {t(`query.${fault.code}`, { defaultValue: fault.message })}
          </Typography.Text>
        ))}
      </div>
      {parsed?.ok && parsed.chips.length > 0 && (
        <Space wrap>
          {parsed.chips.map((chip) => (
            <Tag
              key={asText(chip)}
              closable={{ 'aria-label': t('query.remove', { chip: asText(chip) }) }}
              onClose={() => remove(chip)}
              className="mono"
            >
              {asText(chip)}
            </Tag>
          ))}
        </Space>
      )}
    </Space>
  );
}

const bare = /^[^\s,":-][^\s,"]*$/;
const value = (text: string): string => (bare.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`);
export const asText = ({ field, values, not }: Chip): string =>
  `${not ? '-' : ''}${field === 'text' ? values.map(value).join(' ') : `${field}:${values.map(value).join(',')}`}`;
