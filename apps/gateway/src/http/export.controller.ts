import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { Needs } from '#adapters';
import { actorName, AuditLog, Clock, MessageView, type Actor, type Chip, type MessageLine } from '#exchange';
import { ExchangeError } from '#model';
import { By } from '../access/access.guard.ts';
import { EXPORT_FORMATS } from './export-formats.ts';
import { chipsOf, Q } from './message-query.ts';
import { Checked, DescribeQuery } from './zod.ts';

/** Lines of one file. */
const MOST_ROWS = 50_000;
const PAGE = 500;
/** Files written at once; each reads page after page. */
const MOST_EXPORTS = 4;

const Parameters = z.strictObject({
  q: Q,
  format: z
    .enum(['csv', 'ndjson'])
    .default('csv')
    .describe('csv: for spreadsheets, UTF-8 with a byte order mark; ndjson: one JSON object a line.'),
  limit: z.coerce.number().int().min(1).max(MOST_ROWS).default(10_000),
});

/** What a list shows, as a file: no payload, and on record before the first line. */
@ApiTags('messages')
@Controller('api')
export class ExportController {
  private open = 0;

  constructor(
    @Inject(MessageView) private readonly view: MessageView,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get('messages/export')
  @Needs('messages.read')
  @DescribeQuery(Parameters)
  @ApiProduces('text/csv', 'application/x-ndjson')
  @ApiOperation({
    summary: `The list of a query as a file, newest first, at most ${MOST_ROWS} lines; who took it with which query is in the audit trail.`,
    operationId: 'exportMessages',
  })
  async export(
    @By() actor: Actor,
    @Query(new Checked(Parameters)) { q, format, limit }: z.infer<typeof Parameters>,
    @Res() response: Response,
  ): Promise<void> {
    const chips = chipsOf(q);
    if (this.open >= MOST_EXPORTS) throw new ExchangeError('RATE_LIMITED');
    this.open += 1;
    try {
      const at = this.clock.now();
      // What no database keeps need not be looked up later either.
      const kept = q.replaceAll(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
      await this.audit.append({
        actor: actorName(actor),
        action: 'messages.export',
        subject: 'messages',
        after: { q: kept, format, limit },
        at,
      });
      const pages = this.#pages(actor, chips, limit);
      // The first page is read before the head goes out: what fails then is still an answer with a reason.
      let page = await pages.next();
      const { mediaType, head, row } = EXPORT_FORMATS[format];
      response.writeHead(200, {
        'content-type': mediaType,
        'content-disposition': `attachment; filename="messages-${at.toISOString().slice(0, 19).replaceAll(':', '')}.${format}"`,
      });
      response.write(head);
      for (; page.done !== true && !response.destroyed; page = await pages.next()) {
        const taken = response.write(page.value.map(row).join(''));
        if (!taken) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
      }
      response.end();
    } finally {
      this.open -= 1;
    }
  }

  async *#pages(actor: Actor, chips: readonly Chip[], limit: number): AsyncGenerator<readonly MessageLine[], void> {
    const now = this.clock.now();
    let left = limit;
    let cursor: string | undefined;
    do {
      const page = await this.view.list(actor.scope, { chips, now, limit: Math.min(PAGE, left), ...(cursor !== undefined && { cursor }) });
      yield page.messages;
      left -= page.messages.length;
      cursor = page.next;
    } while (cursor !== undefined && left > 0);
  }
}
