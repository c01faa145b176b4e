import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Verdicts } from '../../api/replays.ts';
import { State } from '../../shell/State.tsx';
import { detailPath } from '../list/columns.tsx';
import { Verdict } from './Verdict.tsx';

/** What would become of each message. */
export function VerdictTable({ verdicts }: Pick<Verdicts, 'verdicts'>) {
  const { t } = useTranslation();
  return (
    <Table
      rowKey="subject"
      size="small"
      pagination={false}
      scroll={{ y: 260 }}
      dataSource={[...verdicts]}
      columns={[
        {
          title: t('message.type'),
          key: 'type',
          width: 260,
          render: (_, { type, link, messageId }) => (
            <Link to={detailPath(messageId)}>
              {type} · {link}
            </Link>
          ),
        },
        { title: t('message.state'), key: 'state', width: 170, render: (_, { state }) => <State state={state} /> },
        {
          title: t('replays.verdict'),
          key: 'verdict',
          render: (_, { verdict, reasons }) => <Verdict verdict={verdict} reasons={reasons} />,
        },
      ]}
    />
  );
}
