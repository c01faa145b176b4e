import { useEffect, useState } from 'react';
import { readSession } from '../../api/session.ts';
import type { Line } from '../../api/types.ts';
import { lineKey } from './MessageTable.tsx';

/** Lines kept of what came in while the list is open. */
const MOST = 500;

export interface Tail {
  /** What is shown above the list. */
  readonly lines: readonly Line[];
  /** What came while the list stood still. */
  readonly held: number;
}

/** Newest first, each message once, in its newest state. */
export function merge(newer: readonly Line[], older: readonly Line[]): Line[] {
  const seen = new Set<string>();
  return [...newer, ...older].filter((line) => {
    const key = lineKey(line);
    return !seen.has(key) && seen.add(key);
  });
}

/** Messages as they come in or change, while `live`; while `paused` they wait. The browser itself resumes where a connection broke (Last-Event-ID). */
export function useTail(q: string, live: boolean, paused: boolean): Tail {
  const [all, setAll] = useState<readonly Line[]>([]);
  const [still, setStill] = useState<readonly Line[]>();
  useEffect(() => {
    setAll([]);
    if (!live) return undefined;
    const source = new EventSource(`/api/messages/tail?q=${encodeURIComponent(q)}`);
    source.addEventListener('change', ({ data }: MessageEvent<string>) => {
      const { message } = JSON.parse(data) as { message?: Line };
      if (message) setAll((before) => merge([message], before).slice(0, MOST));
    });
    // It says nothing of why it was refused; the session does.
    source.addEventListener('error', () => source.readyState === EventSource.CLOSED && void readSession().catch(() => undefined));
    return () => source.close();
  }, [q, live]);
  const holding = live && paused;
  if (holding && still === undefined) setStill(all);
  if (!holding && still !== undefined) setStill(undefined);
  const lines = still ?? all;
  return { lines, held: all.filter((line) => !lines.includes(line)).length };
}
