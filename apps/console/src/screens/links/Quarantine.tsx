import { useQuery } from '@tanstack/react-query';
import { Button, Modal, Space, Spin, Table, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import { useErrorWords } from '../../api/errors.ts';
import { fromBase64, textOf } from '../../api/octets.ts';
import { may, type Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Heading } from '../../shell/Heading.tsx';
import { Moment } from '../../shell/Moment.tsx';
import { detailPath } from '../list/columns.tsx';

interface Unproven {
  readonly link: string;
  readonly sha256: string;
  readonly code: string;
  readonly reason: string;
  readonly at: string;
  readonly count: number;
  readonly claimedMessageId?: string;
}

/** What came in and proved nothing: over which link, what it claims to be, and why it is not believed. Each look is on record. */
export function Quarantine({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const words = useErrorWords();
  const [looking, setLooking] = useState<Unproven>();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['quarantine'],
    queryFn: () => api.get<{ quarantine: Unproven[] }>('/api/quarantine'),
    // Looking is on record: only a person looks.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: 60_000,
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Heading screen="dead-letters" part="quarantine" session={session} />
      <Typography.Text type="secondary">{t('quarantine.hint')}</Typography.Text>
      <Button loading={isFetching} onClick={() => void refetch()}>
        {t('quarantine.again')}
      </Button>
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Table<Unproven>
          rowKey={({ link, sha256 }) => `${link}${sha256}`}
          size="small"
          loading={!data}
          pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
          scroll={{ x: 'max-content' }}
          dataSource={data?.quarantine ?? []}
          locale={{ emptyText: t('quarantine.none') }}
          columns={[
            { title: t('quarantine.last'), dataIndex: 'at', render: (at: string) => <Moment at={at} /> },
            { title: t('message.link'), dataIndex: 'link' },
            { title: t('message.code'), dataIndex: 'code', className: 'mono' },
            { title: t('quarantine.why'), key: 'why', render: (_, { code, reason }) => words(code, i18n.language)?.text ?? reason },
            { title: t('quarantine.times'), dataIndex: 'count', align: 'right' },
            {
              title: t('quarantine.claims'),
              dataIndex: 'claimedMessageId',
              className: 'mono',
              // A message of that number may be here, by another who proved it.
              render: (id?: string) => id !== undefined && <Link to={detailPath(id)}>{id}</Link>,
            },
            { title: t('quarantine.digest'), dataIndex: 'sha256', className: 'mono', render: (sha256: string) => sha256.slice(0, 16) },
            ...(may(session, 'payloads.read')
              ? [
                  {
                    title: t('letter.look'),
                    key: 'look',
                    render: (_: unknown, one: Unproven) => (
                      <Button size="small" aria-label={`${t('letter.look')}: ${one.sha256.slice(0, 16)}`} onClick={() => setLooking(one)}>
                        {t('letter.look')}
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {looking && <Octets of={looking} onClose={() => setLooking(undefined)} />}
    </Space>
  );
}

/** The octets as they came: text to a person, and nothing that a browser would run. */
function Octets({ of: { sha256, code }, onClose }: { of: Unproven; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const words = useErrorWords();
  const { data, error } = useQuery({
    queryKey: ['quarantine', sha256],
    queryFn: () => api.get<{ base64: string; bytes: number; cut: boolean }>(`/api/quarantine/${sha256}/octets`),
    staleTime: Infinity,
  });
  return (
    <Modal open title={`${t('quarantine.octets')} · ${sha256.slice(0, 16)}`} footer={null} width={900} onCancel={onClose}>
      <Space orientation="vertical" style={{ width: '100%' }}>
        <Typography.Text>{words(code, i18n.language)?.action ?? code}</Typography.Text>
        <Typography.Text className="mono" type="secondary">
          SHA-256 {sha256}
        </Typography.Text>
        {error && <Failure error={error} />}
        {!data && !error && <Spin description={t('common.loading')} />}
        {data && (
          <>
            <span>
              {t('message.bytes')}: {data.bytes} {data.cut && t('quarantine.cut')}
            </span>
            <pre className="document mono" tabIndex={0} aria-label={t('quarantine.octets')}>
              {textOf(fromBase64(data.base64), 'utf-8')}
            </pre>
          </>
        )}
      </Space>
    </Modal>
  );
}
