import { useQueryClient } from '@tanstack/react-query';
import { Button, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import type { Incident, IncidentShown } from '../../api/incidents.ts';
import { Reasoned } from '../../shell/Reasoned.tsx';

/** What was merged into an incident, each to be taken out again. */
export function Parts({ shown: { incident, parts }, manages }: { shown: IncidentShown; manages: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [splitting, setSplitting] = useState<Incident>();
  if (parts.length === 0) return null;
  const split = async ({ reason }: { reason: string }) => {
    await api.post(`/api/incidents/${incident.id}/split`, { part: splitting!.id, reason });
    await queries.invalidateQueries({ queryKey: ['incident', incident.id] });
  };
  const title = ({ id, code }: Incident) => t('incident.split', { what: `${id} ${code}` });
  return (
    <section>
      <h2 style={{ fontSize: 16 }}>{t('incident.parts')}</h2>
      <Table<Incident>
        rowKey="id"
        size="small"
        className="breaks"
        pagination={false}
        dataSource={[...parts]}
        columns={[
          {
            title: t('incident.cause'),
            key: 'cause',
            render: (_, { id, code, path }) => (
              <Link to={`/incidents/${id}`} className="mono">
                {code} {path}
              </Link>
            ),
          },
          { title: t('message.partner'), dataIndex: 'partner' },
          { title: t('message.type'), dataIndex: 'type', className: 'mono' },
          { title: t('incident.messages'), dataIndex: 'messages', align: 'right' },
          ...(manages
            ? [
                {
                  title: t('incident.splitShort'),
                  key: 'split',
                  render: (_: unknown, part: Incident) => (
                    <Space>
                      <Button size="small" aria-label={title(part)} onClick={() => setSplitting(part)}>
                        {t('incident.splitShort')}
                      </Button>
                    </Space>
                  ),
                },
              ]
            : []),
        ]}
      />
      {splitting && <Reasoned title={title(splitting)} onSubmit={split} onClose={() => setSplitting(undefined)} />}
    </section>
  );
}
