import { Table } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Line } from '../../api/types.ts';
import { useCommand } from '../../shell/commands.ts';
import { detailPath, USUAL, useColumns } from './columns.tsx';

export const lineKey = ({ direction, messageId, sender }: Line): string => `${direction}:${sender ?? ''}:${messageId}`;

interface Props {
  readonly lines: readonly Line[];
  readonly columns?: readonly string[];
  readonly loading?: boolean;
  /** What to do when there is nothing. */
  readonly empty?: string;
  readonly selected?: readonly string[];
  readonly onSelect?: (keys: readonly string[]) => void;
}

/** The table of messages: J and K move, Enter opens, X selects. One row is the current one and holds the focus. */
export function MessageTable({ lines, columns = USUAL, loading = false, empty, selected, onSelect }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const at = useRef(-1);
  useEffect(() => void (at.current = Math.min(at.current, lines.length - 1)), [lines]);
  useCommand((command) => {
    const line = lines[at.current];
    if (command === 'down' || command === 'up') {
      at.current = Math.max(0, Math.min(lines.length - 1, at.current + (command === 'down' ? 1 : -1)));
      const row = box.current?.querySelectorAll<HTMLElement>('tbody tr[data-row-key]')[at.current];
      // Without a column that leads on there is still the box.
      (row?.querySelector<HTMLElement>('a') ?? row?.querySelector<HTMLElement>('input'))?.focus();
    } else if (command === 'open' && line) void navigate(detailPath(line.messageId));
    else if (command === 'select' && line && onSelect) {
      const key = lineKey(line);
      onSelect(selected?.includes(key) ? selected.filter((one) => one !== key) : [...(selected ?? []), key]);
    }
  });
  return (
    <div ref={box}>
      <Table<Line>
        rowKey={lineKey}
        columns={useColumns(columns)}
        dataSource={lines as Line[]}
        loading={loading}
        pagination={false}
        size="small"
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: empty ?? t('common.none') }}
        {...(onSelect
          ? {
              rowSelection: {
                selectedRowKeys: [...(selected ?? [])],
                onChange: (keys) => onSelect(keys as string[]),
                // A box in the title would stand in the hidden row that measures columns as well, and take the focus there.
                columnTitle: t('common.select'),
                columnWidth: 72,
                getCheckboxProps: ({ type, messageId }) => ({ 'aria-label': `${t('common.select')} ${type} ${messageId}` }),
              },
            }
          : {})}
      />
    </div>
  );
}
