import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Space, Switch, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api } from '../../api/client.ts';
import { subjectOf } from '../../api/replays.ts';
import { may, type Session } from '../../api/session.ts';
import type { Bounded, Page } from '../../api/types.ts';
import { useCommand } from '../../shell/commands.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Heading } from '../../shell/Heading.tsx';
import { useStoredText } from '../../shell/preferences.ts';
import { PlanDialog } from '../replays/PlanDialog.tsx';
import { ColumnPicker } from './ColumnPicker.tsx';
import { USUAL } from './columns.tsx';
import { Export } from './Export.tsx';
import { lineKey, MessageTable } from './MessageTable.tsx';
import { QueryLine } from './QueryLine.tsx';
import { merge, useTail } from './useTail.ts';
import { Views } from './Views.tsx';

/** All messages of both directions; the whole filter is in the address. */
export function Messages({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const q = parameters.get('q') ?? '';
  const [live, setLive] = useState(false);
  const [paused, setPaused] = useState(false);
  const [stored, setStored] = useStoredText('landbridge.columns', USUAL.join());
  const columns = stored.split(',');
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
  const tail = useTail(q, live, paused);
  const lines = merge(tail.lines, pages.data?.pages.flatMap(({ messages }) => messages) ?? []);
  const plans = may(session, 'replays.plan');
  const chosen = lines.filter((line) => selected.includes(lineKey(line)));
  useCommand((command) => void (command === 'replay' && plans && chosen.length > 0 && setPlanning(true)));
  const searchedTo = pages.data?.pages.at(-1)?.searchedTo;
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="middle">
      <Space wrap style={{ width: '100%', justifyContent: 'space-between' }}>
        <Heading screen="messages" part="messages" session={session} />
        <Space wrap>
          <Views
            query={q}
            columns={columns}
            onOpen={(view) => {
              change(view.query);
              if (view.columns.length > 0) setStored(view.columns.join());
            }}
          />
          <ColumnPicker columns={columns} onChange={(names) => setStored(names.join())} />
          <Export query={q} />
        </Space>
      </Space>
      <QueryLine query={q} onChange={change} />
      <Space wrap>
        <Switch checked={live} onChange={setLive} aria-label={t('message.live')} /> <span>{t('message.live')}</span>
        {live && (
          <Button size="small" onClick={() => setPaused(!paused)}>
            {paused ? t('message.goOn', { count: tail.held }) : t('message.pause')}
          </Button>
        )}
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
        <MessageTable
          lines={lines}
          columns={columns}
          loading={pages.isPending}
          empty={t(q === '' ? 'message.noneYet' : 'message.noneFits')}
          {...(plans ? { selected, onSelect: setSelected } : {})}
        />
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
