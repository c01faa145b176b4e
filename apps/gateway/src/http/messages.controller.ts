import { Controller, Get, Param, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { MessageView, type MessageFilter } from '#exchange';
import { ExchangeError, issue } from '#model';
import { OperatorGuard } from './operator.guard.ts';

const Filter = z.strictObject({
  direction: z.enum(['in', 'out']).optional(),
  link: z.string().optional(),
  state: z.string().optional(),
  type: z.string().optional(),
  businessKey: z.string().optional(),
  beforeAt: z.iso.datetime({ offset: true }).optional(),
  beforeId: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** What operators see: lists, one message with everything about it, counts, and what was quarantined. */
@ApiTags('messages')
@ApiBearerAuth()
@UseGuards(OperatorGuard)
@Controller('api')
export class MessagesController {
  constructor(private readonly view: MessageView) {}

  @Get('messages')
  @ApiOperation({ summary: 'Messages, newest first; keyset pagination by beforeAt and beforeId.' })
  async list(@Query() query: Record<string, string>) {
    const { beforeAt, beforeId, ...rest } = parse(query);
    const before = beforeAt && beforeId ? { before: { at: new Date(beforeAt), messageId: beforeId } } : {};
    return { messages: await this.view.list({ ...rest, ...before } as MessageFilter) };
  }

  @Get('messages/:id')
  @ApiOperation({
    summary: 'One message id in every direction it went: states, errors, receipts, events, relatives. Payload not included.',
  })
  async show(@Param('id') id: string) {
    const found = await this.view.detail(id);
    if (found.length === 0) throw new ExchangeError('NOT_FOUND');
    return { messages: found.map(({ frame, ...line }) => ({ ...line, frameBytes: frame.length })) };
  }

  @Get('messages/:id/frame')
  @ApiOperation({ summary: 'The signed frame exactly as received or sent.' })
  async frame(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const [found] = await this.view.detail(id);
    if (!found) throw new ExchangeError('NOT_FOUND');
    response.type('application/vnd.landbridge.message').send(found.frame);
  }

  @Get('links')
  @ApiOperation({ summary: 'Counts per link.' })
  async links() {
    return { links: await this.view.counts() };
  }

  @Get('quarantine')
  @ApiOperation({ summary: 'What could not be authenticated, newest first.' })
  async quarantine() {
    return { quarantine: await this.view.quarantine(200) };
  }
}

function parse(query: Record<string, string>): z.infer<typeof Filter> {
  const parsed = Filter.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new ExchangeError('USAGE', {
    issues: parsed.error.issues.map((problem) => issue('USAGE', problem.path.join('.'), `${problem.message}.`)),
  });
}
