import { useQuery } from '@tanstack/react-query';
import { Button, Card, Descriptions, Empty, Space, Spin, Table, Tabs, Tag, Timeline, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '../api/client.ts';
import { useErrorWords } from '../api/errors.ts';
import { subjectOf } from '../api/replays.ts';
import { may, type Session } from '../api/session.ts';
import type { Detail, Finding } from '../api/types.ts';
import { Failure } from '../shell/Failure.tsx';
import { KeyLinks } from '../shell/KeyLinks.tsx';
import { Moment } from '../shell/Moment.tsx';
import { State } from '../shell/State.tsx';
import { detailPath } from './list/columns.tsx';
import { Content } from './message/Content.tsx';
import { Differences } from './message/Differences.tsx';
import { Evidence } from './message/Evidence.tsx';
import { PlanDialog } from './replays/PlanDialog.tsx';

/** One message id in every direction it went, and everything known about it. */
export function MessageDetail({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['message', id],
    queryFn: () => api.get<{ messages: Detail[] }>(`/api/messages/${encodeURIComponent(id)}`),
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      {data.messages.map((detail) => (
        <One key={detail.direction} detail={detail} session={session} />
      ))}
    </Space>
  );
}

function One({ detail, session }: { detail: Detail; session: Session }) {
  const { t } = useTranslation();
  const [planning, setPlanning] = useState(false);
  return (
    <Card
      title={
        <Space wrap>
          <State state={detail.state} />
          <h1 style={{ fontSize: 18, margin: 0 }}>
            {detail.type} · {t(`direction.${detail.direction}`)} · {detail.partner}
          </h1>
        </Space>
      }
      extra={may(session, 'replays.plan') && <Button onClick={() => setPlanning(true)}>{t('replays.again', { count: 1 })}</Button>}
    >
      {planning && <PlanDialog session={session} subjects={[subjectOf(detail)]} onClose={() => setPlanning(false)} />}
      <Facts detail={detail} />
      <Tabs
        items={[
          { key: 'timeline', label: t('detail.timeline'), children: <Events detail={detail} /> },
          { key: 'findings', label: `${t('detail.findings')} (${detail.issues.length})`, children: <Findings detail={detail} /> },
          { key: 'content', label: t('detail.content'), children: <Content detail={detail} session={session} /> },
          { key: 'differences', label: t('detail.differences'), children: <Differences detail={detail} session={session} /> },
          { key: 'receipts', label: `${t('detail.receipts')} (${detail.receipts.length})`, children: <Receipts detail={detail} /> },
          ...(may(session, 'evidence.read')
            ? [{ key: 'evidence', label: t('detail.evidence'), children: <Evidence messageId={detail.messageId} session={session} /> }]
            : []),
          { key: 'links', label: t('detail.links'), children: <Relatives detail={detail} /> },
        ]}
      />
    </Card>
  );
}

function Facts({ detail }: { detail: Detail }) {
  const { t } = useTranslation();
  const { messageId, at, keys, mapping, deadline, attempt, nextAt, code, replay, conversationId, frameBytes, incidents } = detail;
  return (
    <Descriptions
      size="small"
      layout="vertical"
      colon={false}
      column={{ xs: 1, md: 3, xl: 4 }}
      items={[
        {
          key: 'id',
          label: t('message.id'),
          children: (
            <Typography.Text copyable className="mono">
              {messageId}
            </Typography.Text>
          ),
        },
        { key: 'at', label: t('message.received'), children: <Moment at={at} /> },
        { key: 'attempt', label: t('message.attempts'), children: attempt },
        ...(nextAt ? [{ key: 'next', label: t('message.next'), children: <Moment at={nextAt} /> }] : []),
        ...(deadline ? [{ key: 'deadline', label: t('message.deadline'), children: <Moment at={deadline} /> }] : []),
        ...(incidents && incidents.length > 0
          ? [{ key: 'incidents', label: t('nav.incidents'), children: <IncidentLinks ids={incidents} /> }]
          : []),
        ...(code ? [{ key: 'code', label: t('message.code'), children: <span className="mono">{code}</span> }] : []),
        ...(mapping
          ? [{ key: 'mapping', label: t('message.mapping'), children: <span className="mono">{`${mapping.id}@${mapping.version}`}</span> }]
          : []),
        ...(conversationId
          ? [{ key: 'conversation', label: t('message.conversation'), children: <span className="mono">{conversationId}</span> }]
          : []),
        { key: 'bytes', label: t('message.bytes'), children: frameBytes },
        {
          key: 'replay',
          label: t('message.replay'),
          children: `${t(replay.possible ? 'replay.yes' : 'replay.no')}: ${t(`because.${replay.because}`)}`,
        },
        {
          key: 'keys',
          label: t('message.key'),
          children: <KeyLinks keys={keys} />,
        },
      ]}
    />
  );
}

const IncidentLinks = ({ ids }: { ids: readonly string[] }) => (
  <Space>
    {ids.map((id) => (
      <Link key={id} to={`/incidents/${id}`} style={{ display: 'inline-block', minWidth: 28, lineHeight: '28px' }}>
        #{id}
      </Link>
    ))}
  </Space>
);

function Events({ detail }: { detail: Detail }) {
  const { t } = useTranslation();
  if (detail.events.length === 0) return <Empty description={t('common.none')} />;
  return (
    <Timeline
      items={detail.events.map(({ kind, from, to, actor, cause, at }, index) => ({
        key: index,
        content: (
          <Space wrap>
            <Moment at={at} />
            {to ? <State state={to} /> : <Tag>{kind}</Tag>}
            {from && <span>← {t(`state.${from}`, { defaultValue: from })}</span>}
            <span className="mono">{actor}</span>
            {cause && <span className="mono">{cause}</span>}
          </Space>
        ),
      }))}
    />
  );
}

function Findings({ detail }: { detail: Detail }) {
  const { t } = useTranslation();
  return (
    <Table
      rowKey={(finding) => `${finding.code}${finding.pointer}${finding.message}`}
      size="small"
      className="breaks"
      tableLayout="fixed"
      pagination={false}
      dataSource={[...detail.issues]}
      locale={{ emptyText: t('finding.none') }}
      columns={[
        { title: t('finding.severity'), dataIndex: 'severity', width: 140, render: (severity: string) => <Severity severity={severity} /> },
        { title: t('finding.code'), dataIndex: 'code', className: 'mono', width: 190 },
        { title: t('finding.pointer'), dataIndex: 'pointer', className: 'mono' },
        { title: t('finding.message'), key: 'message', width: '42%', render: (_, finding) => <Explained finding={finding} /> },
      ]}
    />
  );
}

/** What is wrong and what to do, in the reader's language; what more the check said about this one is English. */
function Explained({ finding: { code, message } }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const words = useErrorWords();
  const [own, english] = [words(code, i18n.language), words(code, 'en')];
  if (!own || !english) return <span lang="en">{message}</span>;
  const more = message.startsWith(english.text) ? message.slice(english.text.length).trim() : message;
  return (
    <>
      {own.text} {more !== '' && <span lang="en">{more}</span>}
      <Typography.Text type="secondary" style={{ display: 'block' }}>
        {t('finding.action')} {own.action}
      </Typography.Text>
    </>
  );
}

function Severity({ severity }: { severity: string }) {
  const { t } = useTranslation();
  const error = severity === 'error';
  return (
    <Tag color={error ? 'error' : 'warning'}>
      <span aria-hidden="true">{error ? '✕' : '!'}</span> {t(`finding.${severity}`)}
    </Tag>
  );
}

function Receipts({ detail }: { detail: Detail }) {
  const { t } = useTranslation();
  return (
    <Table
      rowKey="receiptId"
      size="small"
      pagination={false}
      dataSource={[...detail.receipts]}
      locale={{ emptyText: t('common.none') }}
      columns={[
        { title: t('message.received'), dataIndex: 'at', render: (at: string) => <Moment at={at} /> },
        { title: t('receipt.levels'), dataIndex: 'levels', render: (levels: string[]) => levels.join(' + ') },
        { title: t('receipt.status'), dataIndex: 'status', render: (status: string) => <State state={status} /> },
        { title: t('receipt.issuer'), dataIndex: 'issuer' },
        { title: t('message.direction'), dataIndex: 'direction', render: (way: string) => t(`receipt.${way}`) },
        { title: t('message.id'), dataIndex: 'receiptId', className: 'mono' },
      ]}
    />
  );
}

function Relatives({ detail }: { detail: Detail }) {
  const { t } = useTranslation();
  const origin = detail.source
    ? [{ direction: 'in' as const, messageId: detail.source.messageId, link: detail.source.sender, state: '' }]
    : [];
  const all = [...origin, ...detail.related.filter(({ messageId }) => messageId !== detail.source?.messageId)];
  if (all.length === 0) return <Empty description={t('detail.noRelatives')} />;
  return (
    <ul>
      {all.map(({ direction, messageId, link, state }) => (
        <li key={`${direction}${messageId}`}>
          {t(`direction.${direction}`)} · {link} ·{' '}
          <Link className="mono" to={detailPath(messageId)}>
            {messageId}
          </Link>{' '}
          {state !== '' && <State state={state} />}
        </li>
      ))}
    </ul>
  );
}
