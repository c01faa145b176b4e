import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Space, Spin, Table, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { stamp } from '../../shell/times.ts';

interface Verdict {
  readonly outcome: 'intact' | 'purged' | 'signature' | 'key' | 'receipt' | 'time';
  readonly provenAt?: string;
  readonly findings: readonly { readonly at: string; readonly reason: string; readonly text: string }[];
  readonly keys: readonly { readonly party: string; readonly kid: string; readonly anchor: string }[];
  readonly receipts: number;
}

/** What proves this message, judged as `landbridge verify` judges it, and the pack to hand to somebody outside. */
export function Evidence({ messageId, session }: { messageId: string; session: Session }) {
  const { t } = useTranslation();
  const path = `/api/messages/${encodeURIComponent(messageId)}/evidence`;
  const { data, error, refetch } = useQuery({
    queryKey: ['evidence', messageId],
    queryFn: () => api.get<Verdict>(`${path}/verdict`),
    refetchOnWindowFocus: false,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const { outcome, provenAt, findings, keys, receipts } = data;
  const good = outcome === 'intact' || outcome === 'purged';
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Alert
        type={good ? 'success' : outcome === 'time' || outcome === 'receipt' ? 'warning' : 'error'}
        showIcon
        title={t(`evidence.${outcome}`)}
        description={
          <>
            {provenAt !== undefined && <div>{t('evidence.provenAt', { time: `${stamp(provenAt)} ${t('clock.beijing')}` })}</div>}
            <div>{t('evidence.receipts', { count: receipts })}</div>
          </>
        }
      />
      <Space wrap>
        {may(session, 'payloads.read') && (
          <Button href={path} download={`${messageId}.zip`}>
            {t('evidence.whole')}
          </Button>
        )}
        <Button href={`${path}?content=no`} download={`${messageId}.zip`}>
          {t('evidence.without')}
        </Button>
      </Space>
      <Typography.Text type="secondary">
        {t('evidence.hint')} <Typography.Text code>landbridge verify</Typography.Text>
      </Typography.Text>
      {findings.length > 0 && (
        <Table
          rowKey={({ at, reason }) => at + reason}
          size="small"
          pagination={false}
          dataSource={[...findings]}
          columns={[
            { title: t('finding.pointer'), dataIndex: 'at', className: 'mono' },
            { title: t('finding.code'), dataIndex: 'reason', className: 'mono' },
            { title: t('finding.message'), dataIndex: 'text', render: (text: string) => <span lang="en">{text}</span> },
          ]}
        />
      )}
      <Table
        rowKey={({ party, kid }) => party + kid}
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={[...keys]}
        locale={{ emptyText: t('key.none') }}
        columns={[
          { title: t('message.partner'), dataIndex: 'party' },
          { title: t('key.kid'), dataIndex: 'kid', className: 'mono' },
          {
            title: t('evidence.believed'),
            dataIndex: 'anchor',
            render: (anchor: string) => (
              <Tag color={anchor === 'pinned' || anchor === 'introduced' ? 'success' : 'warning'}>
                <span aria-hidden="true">{anchor === 'pinned' || anchor === 'introduced' ? '✓' : '!'}</span>{' '}
                {t(`evidence.anchors.${anchor}`)}
              </Tag>
            ),
          },
        ]}
      />
    </Space>
  );
}
