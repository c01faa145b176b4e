import { Button, Modal, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import type { Plan, PlanItem, Preview } from '../../api/replays.ts';
import { Failure } from '../../shell/Failure.tsx';
import { State } from '../../shell/State.tsx';
import { detailPath } from '../list/columns.tsx';
import { Previews } from './Previews.tsx';
import { Verdict } from './Verdict.tsx';

interface Props {
  readonly plan: Plan;
  readonly items: readonly PlanItem[];
  /** Whoever asks may see payloads. */
  readonly reveals: boolean;
}

/** Every message of a plan in the order in which they go, what became of it, and for the second person its documents. */
export function PlanItems({ plan, items, reveals }: Props) {
  const { t } = useTranslation();
  const [looking, setLooking] = useState<{ readonly previews?: readonly Preview[]; readonly error?: unknown }>();
  const look = (position: number) =>
    api.get<{ previews: Preview[] }>(`/api/replays/${plan.id}/items/${position}/preview`).then(
      ({ previews }) => setLooking({ previews }),
      (error: unknown) => setLooking({ error }),
    );
  return (
    <>
      <Table<PlanItem>
        rowKey="position"
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={[...items]}
        columns={[
          { title: '#', key: 'position', align: 'right', render: (_, { position }) => position + 1 },
          {
            title: t('message.type'),
            key: 'type',
            render: (_, { type, link, messageId }) => (
              <Link to={detailPath(messageId)}>
                {type} · {link}
              </Link>
            ),
          },
          { title: t('message.state'), dataIndex: 'state', render: (state: string) => t(`outcome.${state}`) },
          {
            title: t('message.code'),
            key: 'code',
            render: (_, { code }) => code !== undefined && t(`why.${code}`, { defaultValue: code }),
          },
          {
            title: t('replays.verdict'),
            key: 'verdict',
            render: (_, { verdict, reasons }) => <Verdict verdict={verdict} reasons={reasons} />,
          },
          {
            title: t('replays.results'),
            key: 'results',
            render: (_, { results }) =>
              results.map(({ messageId, state }) => (
                <Link key={messageId} to={detailPath(messageId)}>
                  <State state={state} />
                </Link>
              )),
          },
          ...(reveals
            ? [
                {
                  title: t('replays.documents'),
                  key: 'documents',
                  render: (_: unknown, { position }: PlanItem) => (
                    <Button size="small" onClick={() => void look(position)}>
                      {t('replays.show')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {looking && (
        <Modal open title={t('replays.documents')} width={1200} footer={null} onCancel={() => setLooking(undefined)}>
          {looking.error !== undefined && <Failure error={looking.error} />}
          {looking.previews && <Previews previews={looking.previews} />}
        </Modal>
      )}
    </>
  );
}
