import { useQuery } from '@tanstack/react-query';
import { Space, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import type { Language } from '../../i18n/index.ts';
import { Moment } from '../../shell/Moment.tsx';

export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly severity: 'warning' | 'critical';
  readonly state: 'pending' | 'firing' | 'resolved';
  readonly since: string;
  readonly acknowledged?: { readonly by: string; readonly reason: string };
  readonly text: Readonly<Record<Language, string>>;
}

interface Rule {
  readonly name: string;
  readonly measure: string;
  readonly severity: 'warning' | 'critical';
  readonly limit: number;
  readonly unit: string;
  readonly links?: readonly string[];
}
interface Notice {
  readonly id: string;
  readonly channel: string;
  readonly alerts: number;
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly attempt: number;
  readonly createdAt: string;
  readonly code?: string;
}

export const useAlertRules = () =>
  useQuery({
    queryKey: ['alerts', 'rules'],
    queryFn: () => api.get<{ rules: Rule[]; channels: { name: string; target: string }[] }>('/api/alerts/rules'),
  });

/** The rules as the gateway read them, the channels, and how the newest notices were delivered. */
export function AlertRules() {
  const { t } = useTranslation();
  const { data } = useAlertRules();
  const { data: notices } = useQuery({
    queryKey: ['alerts', 'notices'],
    queryFn: () => api.get<{ notices: Notice[] }>('/api/alerts/notices'),
  });
  return (
    <>
      <section>
        <Typography.Title level={2} style={{ fontSize: 16 }}>
          {t('alert.notices')}
        </Typography.Title>
        <Space wrap>
          {data?.channels.map(({ name, target }) => (
            <Typography.Text key={name} className="mono">{`${name} → ${target}`}</Typography.Text>
          ))}
          {data?.channels.length === 0 && <Typography.Text>{t('alert.nobody')}</Typography.Text>}
        </Space>
        <Table<Notice>
          rowKey="id"
          size="small"
          pagination={false}
          dataSource={notices?.notices.slice(0, 10) ?? []}
          locale={{ emptyText: t('common.none') }}
          columns={[
            { title: t('alert.at'), dataIndex: 'createdAt', render: (at: string) => <Moment at={at} /> },
            { title: t('alert.channel'), dataIndex: 'channel', className: 'mono' },
            { title: t('alert.count'), dataIndex: 'alerts', align: 'right' },
            { title: t('message.state'), dataIndex: 'state', render: (state: string) => t(`alert.${state}`) },
            { title: t('alert.attempts'), dataIndex: 'attempt', align: 'right' },
            { title: t('alert.code'), dataIndex: 'code', className: 'mono' },
          ]}
        />
      </section>
      <section>
        <Typography.Title level={2} style={{ fontSize: 16 }}>
          {t('alert.rules')}
        </Typography.Title>
        <Table<Rule>
          rowKey="name"
          size="small"
          pagination={false}
          dataSource={data?.rules ?? []}
          columns={[
            { title: t('alert.rule'), dataIndex: 'name', className: 'mono' },
            { title: t('alert.measure'), dataIndex: 'measure', render: (measure: string) => t(`alert.measures.${measure}`) },
            {
              title: t('alert.limit'),
              key: 'limit',
              align: 'right',
              render: (_, { limit, unit }) => t(`alert.units.${unit}`, { number: limit }),
            },
            { title: t('alert.severity'), dataIndex: 'severity', render: (severity: string) => t(`alert.${severity}`) },
            { title: t('alert.link'), dataIndex: 'links', render: (links?: string[]) => links?.join(', ') ?? t('account.all') },
          ]}
        />
      </section>
    </>
  );
}
