import { useQuery } from '@tanstack/react-query';
import { Space, Spin, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Moment } from '../../shell/Moment.tsx';

interface Rule {
  readonly rule: string;
  readonly days: number;
  readonly before?: string;
  readonly over?: number;
}

/** What is kept for how long, and how much a purge would remove now. Rules are settings; only the owner of the database purges. */
export function Retention() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: ['retention'], queryFn: () => api.get<{ rules: Rule[] }>('/api/retention') });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Typography.Text>{t('retention.hint')}</Typography.Text>
      <Typography.Text code copyable>
        landbridge purge --dry-run
      </Typography.Text>
      <Table<Rule>
        rowKey="rule"
        size="small"
        pagination={false}
        dataSource={[...data.rules]}
        columns={[
          { title: t('retention.what'), dataIndex: 'rule', render: (rule: string) => t(`retention.rules.${rule}`) },
          {
            title: t('retention.kept'),
            dataIndex: 'days',
            render: (days: number) => (days === 0 ? t('retention.forever') : t('retention.days', { count: days })),
          },
          { title: t('retention.before'), dataIndex: 'before', render: (at?: string) => (at ? <Moment at={at} /> : '–') },
          { title: t('retention.over'), dataIndex: 'over', align: 'right', render: (over?: number) => over ?? '–' },
        ]}
      />
    </Space>
  );
}
