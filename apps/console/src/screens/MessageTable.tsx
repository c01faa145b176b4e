import { Table, Tag, type TableColumnsType } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Line } from '../api/types.ts';
import { useCommand } from '../shell/commands.ts';
import { Moment } from '../shell/Moment.tsx';
import { State } from '../shell/State.tsx';

export const lineKey = ({ direction, messageId, sender }: Line): string => `${direction}:${sender ?? ''}:${messageId}`;
export const detailPath = (messageId: string): string => `/messages/${encodeURIComponent(messageId)}`;

interface Props {
  readonly lines: readonly Line[];
  readonly loading?: boolean;
  readonly selected?: readonly string[];
  readonly onSelect?: (keys: readonly string[]) => void;
}

/** The table of messages: J and K move, Enter opens, X selects. One row is the current one and holds the focus. */
export function MessageTable({ lines, loading = false, selected, onSelect }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const at = useRef(-1);
  useEffect(() => void (at.current = Math.min(at.current, lines.length - 1)), [lines]);
  useCommand((command) => {
    const line = lines[at.current];
    if (command === 'down' || command === 'up') {
      at.current = Math.max(0, Math.min(lines.length - 1, at.current + (command === 'down' ? 1 : -1)));
      box.current?.querySelectorAll<HTMLElement>('tbody tr[data-row-key] a')[at.current]?.focus();
    } else if (command === 'open' && line) void navigate(detailPath(line.messageId));
    else if (command === 'select' && line && onSelect) {
      const key = lineKey(line);
      onSelect(selected?.includes(key) ? selected.filter((one) => one !== key) : [...(selected ?? []), key]);
    }
  });
  const columns: TableColumnsType<Line> = [
    { title: t('message.state'), key: 'state', render: (_, { state }) => <State state={state} /> },
    { title: t('message.received'), key: 'at', render: (_, { at: when }) => <Moment at={when} /> },
    {
      title: t('message.type'),
      key: 'type',
      render: (_, { type, functionCode, test, messageId }) => (
        <Link to={detailPath(messageId)}>
          {type}
          {functionCode ? ` · ${functionCode}` : ''}
          {test && <Tag style={{ marginInlineStart: 8 }}>{t('environment.test')}</Tag>}
        </Link>
      ),
    },
    { title: t('message.direction'), key: 'direction', render: (_, { direction }) => t(`direction.${direction}`) },
    { title: t('message.partner'), dataIndex: 'partner' },
    {
      title: t('message.key'),
      key: 'keys',
      className: 'mono',
      render: (_, { keys, keyCount }) => (
        <>
          {keys.slice(0, 2).map((key) => (
            <Link key={key} to={`/shipments/${encodeURIComponent(key)}`} style={{ display: 'block' }}>
              {key}
            </Link>
          ))}
          {keyCount > 2 && <span>+{keyCount - 2}</span>}
        </>
      ),
    },
    { title: t('message.attempts'), dataIndex: 'attempt', align: 'right' },
    { title: t('message.code'), dataIndex: 'code', className: 'mono' },
    {
      title: t('message.replay'),
      key: 'replay',
      render: (_, { replay }) => `${t(replay.possible ? 'replay.yes' : 'replay.no')}: ${t(`because.${replay.because}`)}`,
    },
    {
      title: t('message.mapping'),
      key: 'mapping',
      className: 'mono',
      render: (_, { mapping }) => (mapping ? `${mapping.id}@${mapping.version}` : ''),
    },
  ];
  return (
    <div ref={box}>
      <Table<Line>
        rowKey={lineKey}
        columns={columns}
        dataSource={lines as Line[]}
        loading={loading}
        pagination={false}
        size="small"
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('common.none') }}
        {...(onSelect
          ? {
              rowSelection: {
                selectedRowKeys: [...(selected ?? [])],
                onChange: (keys) => onSelect(keys as string[]),
                // A box in the title would stand in the hidden row that measures columns as well, and take the focus there.
                columnTitle: t('common.select'),
                getCheckboxProps: ({ type, messageId }) => ({ 'aria-label': `${t('common.select')} ${type} ${messageId}` }),
              },
            }
          : {})}
      />
    </div>
  );
}
