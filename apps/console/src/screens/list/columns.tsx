import { Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Line } from '../../api/types.ts';
import { Moment } from '../../shell/Moment.tsx';
import { State } from '../../shell/State.tsx';

export const detailPath = (messageId: string): string => `/messages/${encodeURIComponent(messageId)}`;

type Column = TableColumnsType<Line>[number];
type Translate = ReturnType<typeof useTranslation>['t'];

/** Every column of the list; its name is also the last part of its title's key (`message.…`). */
const COLUMNS: Readonly<Record<string, (t: Translate) => Column>> = {
  state: () => ({ render: (_, { state }) => <State state={state} /> }),
  received: () => ({ render: (_, { at }) => <Moment at={at} /> }),
  type: (t) => ({
    render: (_, { type, functionCode, test, messageId }) => (
      <Link to={detailPath(messageId)}>
        {type}
        {functionCode ? ` · ${functionCode}` : ''}
        {test && <Tag style={{ marginInlineStart: 8 }}>{t('environment.test')}</Tag>}
      </Link>
    ),
  }),
  direction: (t) => ({ render: (_, { direction }) => t(`direction.${direction}`) }),
  partner: () => ({ dataIndex: 'partner' }),
  key: () => ({ className: 'mono', render: (_, line) => <Keys line={line} /> }),
  attempts: () => ({ dataIndex: 'attempt', align: 'right' }),
  code: () => ({ dataIndex: 'code', className: 'mono' }),
  replay: (t) => ({
    render: (_, { replay }) => `${t(replay.possible ? 'replay.yes' : 'replay.no')}: ${t(`because.${replay.because}`)}`,
  }),
  mapping: () => ({ className: 'mono', render: (_, { mapping }) => (mapping ? `${mapping.id}@${mapping.version}` : '') }),
  next: () => ({ render: (_, { nextAt }) => nextAt && <Moment at={nextAt} /> }),
  deadline: () => ({ render: (_, { deadline }) => deadline && <Moment at={deadline} /> }),
  incident: () => ({
    render: (_, { incidents = [] }) =>
      incidents.map((id) => (
        <Link key={id} to={`/incidents/${id}`} style={{ marginInlineEnd: 8 }}>
          #{id}
        </Link>
      )),
  }),
  link: () => ({ dataIndex: 'link' }),
  priority: () => ({ dataIndex: 'priority' }),
  bytes: () => ({ dataIndex: 'bytes', align: 'right' }),
  id: () => ({ dataIndex: 'messageId', className: 'mono' }),
  conversation: () => ({ dataIndex: 'conversationId', className: 'mono' }),
};

export const COLUMN_NAMES = Object.keys(COLUMNS);
/** What everybody sees who chose nothing else. */
export const USUAL = ['state', 'received', 'type', 'direction', 'partner', 'key', 'attempts', 'code', 'replay', 'mapping'];

/** Columns by name, in that order; a name of another release is left out. */
export function useColumns(names: readonly string[]): TableColumnsType<Line> {
  const { t } = useTranslation();
  const known = names.filter((name) => Object.hasOwn(COLUMNS, name));
  return (known.length > 0 ? known : USUAL).map((name) => ({ key: name, title: t(`message.${name}`), ...COLUMNS[name]!(t) }));
}

function Keys({ line: { keys, keyCount } }: { line: Line }) {
  return (
    <>
      {keys.slice(0, 2).map((key) => (
        <Link key={key} to={`/shipments/${encodeURIComponent(key)}`} style={{ display: 'block' }}>
          {key}
        </Link>
      ))}
      {keyCount > 2 && <span>+{keyCount - 2}</span>}
    </>
  );
}
