import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Needs } from '#adapters';
import { Clock, MessageView, type Actor } from '#exchange';
import { ExchangeError } from '#model';
import { Authenticator } from '../access/authenticator.ts';
import { By } from '../access/access.guard.ts';
import { ChangeAnswer } from './answers.ts';
import { chipsOf, Q } from './message-query.ts';
import { Checked, DescribeAnswer, DescribeQuery } from './zod.ts';

const Parameters = z.strictObject({
  q: Q,
  lastEventId: z.string().max(100).optional().describe('For clients that cannot set Last-Event-ID.'),
});

const POLL_MILLISECONDS = 500;
/** Proxies close what is silent for a minute. */
const BEAT_MILLISECONDS = 15_000;
const BATCH = 200;
/** Followers at once; each asks the database twice a second. */
const MOST = 50;

/** Changes as they happen. A follower that reads slowly is not buffered for: it is read for when it can take more. */
@ApiTags('messages')
@Controller('api')
export class TailController {
  private open = 0;

  constructor(
    @Inject(MessageView) private readonly view: MessageView,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
  ) {}

  @Get('messages/tail')
  @Needs('messages.read')
  @DescribeQuery(Parameters)
  @DescribeAnswer(ChangeAnswer)
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Goes on after that event; nothing in between is left out.' })
  @ApiOperation({
    summary: 'Changes of messages that a query describes, as server-sent events `change`; `resume` tells the place while nothing changes.',
    operationId: 'tailMessages',
  })
  async tail(
    @By() actor: Actor,
    @Query(new Checked(Parameters)) { q, lastEventId }: z.infer<typeof Parameters>,
    @Headers('last-event-id') header: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const chips = chipsOf(q);
    if (this.open >= MOST) throw new ExchangeError('RATE_LIMITED');
    this.open += 1;
    try {
      let { resume } = await this.view
        .changes(actor.scope, header ?? lastEventId, { chips, now: this.clock.now() }, 1)
        .then((first) => ((header ?? lastEventId) === undefined ? first : { resume: (header ?? lastEventId) as string }));
      begin(response, resume);
      let beat = Date.now();
      while (!response.closed && !response.destroyed) {
        const found = await this.view.changes(actor.scope, resume, { chips, now: this.clock.now() }, BATCH);
        for (const { id, resume: place, event, message } of found.changes)
          await send(response, `id: ${place}\nevent: change\ndata: ${JSON.stringify({ id, event, message })}\n\n`);
        resume = found.resume;
        if (found.changes.length > 0) beat = Date.now();
        else if (Date.now() - beat > BEAT_MILLISECONDS) {
          // A session that ended meanwhile, or lost its right, follows no longer.
          if (!(await this.authenticator.authenticate(request))?.actor.rights.has('messages.read')) break;
          await send(response, `id: ${resume}\nevent: resume\ndata: {}\n\n`);
          beat = Date.now();
        }
        if (found.changes.length < BATCH) await pause(POLL_MILLISECONDS, undefined, { ref: false });
      }
    } finally {
      this.open -= 1;
      response.end();
    }
  }
}

function begin(response: Response, resume: string): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(`retry: 2000\nid: ${resume}\nevent: resume\ndata: {}\n\n`);
}

/** Resolves when the follower has taken it, or is gone. */
async function send(response: Response, text: string): Promise<void> {
  if (response.closed || response.destroyed || response.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
