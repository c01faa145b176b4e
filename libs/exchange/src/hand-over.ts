import type { CommitResult } from './ports/exchange-store.port.ts';
import type { OutboundItem } from './ports/transport.port.ts';
import type { Relays } from './relays.ts';
import type { Plan } from './steps/plan.ts';

/** Gives what a plan makes to the relays. Only after its commit: nothing leaves that is not kept. */
export function handOver({ commit, repeats, returning }: Plan, { outboxIds }: CommitResult, relays: Relays, now: Date): void {
  for (const row of commit.outbox) {
    const relay = relays.of(row.link);
    const id = outboxIds.get(row.messageId);
    if (row.state === 'ready') relay?.leave();
    else if (id !== undefined) relay?.take(id, row);
    else relay?.kick();
  }
  leaveReturning({ commit, returning }, relays);
  for (const { link, ...repeat } of repeats) relays.of(link)?.repeat(repeatItem(repeat, now));
}

/** Undoes what planning told the relays, of a plan that is not committed. */
export function takeBack({ commit, returning }: Plan, relays: Relays): void {
  for (const row of commit.outbox) {
    const relay = relays.of(row.link);
    if (row.state === 'publishing') relay?.giveUp(row.orderKey);
    else relay?.leave();
  }
  leaveReturning({ commit, returning }, relays);
}

/** What is sent again lies in the store already: its relay no longer expects it from a plan. */
function leaveReturning({ commit, returning }: Pick<Plan, 'commit' | 'returning'>, relays: Relays): void {
  for (const { resend, link } of commit.answers ?? []) if (resend) relays.of(link)?.leave();
  for (const link of returning ?? []) relays.of(link)?.leave();
}

const repeatItem = ({ kind, messageId, body }: Omit<Plan['repeats'][number], 'link'>, createdAt: Date): OutboundItem => ({
  id: `repeat:${messageId}`,
  kind,
  messageId,
  type: kind,
  frame: body,
  possibleDuplicate: true,
  createdAt,
});
