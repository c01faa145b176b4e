import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Space, Switch, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { subjectOf } from '../api/replays.ts';
import { may, type Session } from '../api/session.ts';
import type { Bounded, Line, Page } from '../api/types.ts';
import { useCommand } from '../shell/commands.ts';
import { Failure } from '../shell/Failure.tsx';
import { lineKey, MessageTable } from './MessageTable.tsx';
import { QueryLine } from './QueryLine.tsx';
import { PlanDialog } from './replays/PlanDialog.tsx';

/** All messages of both directions; the whole filter is in the address. */
export function Messages({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const q = parameters.get('q') ?? '';
  const [live, setLive] = useState(false);
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [planning, setPlanning] = useState(false);
  const change = (query: string) => setParameters(query === '' ? {} : { q: query });
  const path = `q=${encodeURIComponent(q)}`;
  const pages = useInfiniteQuery({
    queryKey: ['messages', q],
    queryFn: ({ pageParam }) => api.get<Page>(`/api/messages?${path}${pageParam === '' ? '' : `&cursor=${encodeURIComponent(pageParam)}`}`),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const counted = useQuery({ queryKey: ['count', q], queryFn: () => api.get<Bounded>(`/api/messages/count?${path}`) });
  const tail = useTail(q, live);
  const older = pages.data?.pages.flatMap(({ messages }) => messages) ?? [];
  const lines = merge(tail, older);
  const plans = may(session, 'replays.plan');
  const chosen = lines.filter((line) => selected.includes(lineKey(line)));
  useCommand((command) => void (command === 'replay' && plans && chosen.length > 0 && setPlanning(true)));
  const searchedTo = pages.data?.pages.at(-1)?.searchedTo;
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="middle">
      <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
        {t('nav.messages')}
      </Typography.Title>
      <QueryLine query={q} onChange={change} />
      <Space wrap>
        <Switch checked={live} onChange={setLive} aria-label={t('message.live')} /> <span>{t('message.live')}</span>
        <span aria-live="polite">
          {counted.data && `${t('message.count', { count: counted.data.count })}${counted.data.more ? '+' : ''}`}
        </span>
        {plans && lines.length > 0 && <Button onClick={() => setSelected(lines.map(lineKey))}>{t('common.selectAll')}</Button>}
        {plans && (
          <Button disabled={chosen.length === 0} onClick={() => setPlanning(true)}>
            {t('replays.again', { count: chosen.length })}
          </Button>
        )}
      </Space>
      {planning && <PlanDialog session={session} subjects={chosen.map(subjectOf)} onClose={() => setPlanning(false)} />}
      {pages.error ? (
        <Failure error={pages.error} onRetry={() => void pages.refetch()} />
      ) : (
        <MessageTable lines={lines} loading={pages.isPending} {...(plans ? { selected, onSelect: setSelected } : {})} />
      )}
      {searchedTo && <Typography.Text type="secondary">{t('message.searchedTo', { time: searchedTo })}</Typography.Text>}
      {pages.hasNextPage && (
        <Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('common.more')}
        </Button>
      )}
    </Space>
  );
}

/** Newest first, each message once, in its newest state. */
function merge(newer: readonly Line[], older: readonly Line[]): Line[] {
  const seen = new Set<string>();
  return [...newer, ...older].filter((line) => {
    const key = lineKey(line);
    return !seen.has(key) && seen.add(key);
  });
}

/** Messages as they come in or change, while switched on. The browser itself resumes where a connection broke (Last-Event-ID). */
function useTail(q: string, live: boolean): readonly Line[] {
  const [lines, setLines] = useState<readonly Line[]>([]);
  useEffect(() => {
    setLines([]);
    if (!live) return undefined;
    const source = new EventSource(`/api/messages/tail?q=${encodeURIComponent(q)}`);
    source.addEventListener('change', ({ data }: MessageEvent<string>) => {
      const { message } = JSON.parse(data) as { message?: Line };
      if (message) setLines((before) => merge([message], before).slice(0, 500));
    });
    return () => source.close();
  }, [q, live]);
  return lines;
}
