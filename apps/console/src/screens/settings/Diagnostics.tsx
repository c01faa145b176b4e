import { useQuery } from '@tanstack/react-query';
import { Button, Descriptions, Space, Spin, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { Failure } from '../../shell/Failure.tsx';

interface Report {
  readonly at: string;
  readonly gateway: string;
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly processors: number;
  readonly memory: { readonly total: number; readonly free: number; readonly resident: number; readonly heap: number };
  readonly uptimeSeconds: number;
  readonly database: { readonly server: string; readonly bytes: number; readonly migration: string };
  readonly settings: readonly { readonly name: string; readonly value?: string; readonly set: boolean }[];
}

const mb = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

/** How this installation is: to look at, and as a file for a ticket. It names no secret, no address and no payload. */
export function Diagnostics() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: ['diagnostics'], queryFn: () => api.get<Report>('/api/diagnostics') });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const facts: readonly [string, string][] = [
    ['version', data.version],
    ['node', data.node],
    ['platform', data.platform],
    ['uptime', t('diagnostics.hours', { hours: (data.uptimeSeconds / 3_600).toFixed(1) })],
    ['memory', `${mb(data.memory.resident)} / ${mb(data.memory.total)}`],
    ['database', `PostgreSQL ${data.database.server} · ${mb(data.database.bytes)}`],
    ['migration', data.database.migration],
  ];
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space wrap>
        <Button onClick={() => save(data)}>{t('diagnostics.save')}</Button>
        <Typography.Text type="secondary">{t('diagnostics.hint')}</Typography.Text>
      </Space>
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={facts.map(([key, children]) => ({ key, label: t(`diagnostics.${key}`), children }))}
      />
      <Table
        rowKey="name"
        size="small"
        pagination={false}
        dataSource={[...data.settings]}
        columns={[
          { title: t('diagnostics.setting'), dataIndex: 'name', className: 'mono' },
          {
            title: t('content.value'),
            key: 'value',
            render: (_, { value, set }) => value ?? t(set ? 'diagnostics.set' : 'diagnostics.notSet'),
          },
        ]}
      />
    </Space>
  );
}

function save(report: Report): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(report, undefined, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `landbridge-diagnostics-${report.at.slice(0, 19).replaceAll(':', '')}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
