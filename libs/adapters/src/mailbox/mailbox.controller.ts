import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ExchangeError, issue, type Link, parseStrictJson } from '#model';
import { MEDIA_TYPES } from '#trust';
import { Open } from '../access/needs.ts';
import { PostAnswers, PROBLEM, requireContentType } from '../posted/post-answers.ts';
import { MailboxGate } from './mailbox-gate.ts';
import { MailboxTransport } from './mailbox.transport.ts';
import { encodeMailbox } from './multipart.ts';
import { ENVELOPE_BYTES, readBody } from '../posted/read-body.ts';

const ACKNOWLEDGE_BYTES = 256 * 1024;
/** Bytes of one answer; the rest comes with the next request. */
const ANSWER_BYTES = 32 * 1024 * 1024;
export const MAILBOX_MAX_WAIT_SECONDS = 60;
export const POSSIBLE_DUPLICATE_HTTP_HEADER = 'landbridge-possible-duplicate';

const Poll = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
  wait: z.coerce.number().int().min(0).max(MAILBOX_MAX_WAIT_SECONDS).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
const Acknowledge = z.strictObject({ messageIds: z.array(z.string().min(1).max(200)).min(1).max(1_000) });

/**
 * The HTTP mailbox (LB-PROTO-2 §3): partners that cannot open AMQP post signed frames and fetch what waits for them. A frame
 * proves its sender by its own signature; looking into the mailbox needs a bearer token that the partner signed for this very
 * request. Unknown links, wrong tokens and frames that cannot be authenticated are all answered alike. Bodies are read here, as
 * bytes: create the application with `bodyParser: false`.
 */
@ApiTags('mailbox')
@ApiParam({ name: 'link', description: 'Link id from the agreement.' })
@ApiResponse({ status: 401, description: 'Not authenticated; the answer never says why.', content: { [PROBLEM]: {} } })
@ApiResponse({
  status: 429,
  description:
    'Too many failures or polls at once, or more messages than agreed (RATE_LIMITED, TOO_MANY_OPEN, QUOTA_USED). See Retry-After.',
  content: { [PROBLEM]: {} },
})
@ApiResponse({ status: 503, description: 'Nothing was accepted. Send the same bytes again. See Retry-After.', content: { [PROBLEM]: {} } })
@Open('Frames prove their sender by signature, polls by a token the partner signs.')
@Controller('links/:link')
export class MailboxController {
  private readonly answers = new PostAnswers();

  constructor(
    private readonly mailbox: MailboxTransport,
    private readonly gate: MailboxGate,
  ) {}

  @Post('messages')
  @ApiOperation({
    summary: 'Sends one framed message, or one receipt, question, answer, document or statement about keys, or answer to a reconciliation.',
    description: 'The answer comes after the commit and carries our stored receipt, the same bytes for every repetition of the message.',
  })
  @ApiConsumes(...Object.values(MEDIA_TYPES))
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiProduces('application/jose', MEDIA_TYPES.answer)
  @ApiResponse({ status: 200, description: 'Stored and valid, or a repetition: see the receipt. To a question: our signed answer.' })
  @ApiResponse({ status: 202, description: 'Stored; a person has to look at it.' })
  @ApiResponse({ status: 204, description: 'Your receipt, answer, key document or statement was taken.' })
  @ApiResponse({ status: 409, description: 'The message id was used before with other content.', content: { [PROBLEM]: {} } })
  @ApiResponse({ status: 413, description: 'Larger than agreed.', content: { [PROBLEM]: {} } })
  @ApiResponse({ status: 422, description: 'Stored and refused; the receipt lists every error.' })
  async post(@Param('link') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answers.around(request, response, async () => {
      const link = this.mailbox.link(id);
      if (!link) return this.answers.refuse(request, response);
      if (link.suspended) throw new ExchangeError('LINK_SUSPENDED');
      requireContentType(request, Object.values(MEDIA_TYPES));
      const { bytes, release } = await readBody(request, link.limits.messageBytes + ENVELOPE_BYTES, this.mailbox.memory, link.id);
      try {
        const possibleDuplicate = request.headers[POSSIBLE_DUPLICATE_HTTP_HEADER] === 'true';
        const outcome = await this.mailbox.take(link.id, bytes, possibleDuplicate);
        this.answers.tell(outcome, request, response, this.mailbox.standing(link.id));
      } finally {
        release();
      }
    });
  }

  @Get('mailbox')
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Fetches what waits for the partner, oldest first; waits for something to arrive.',
    description:
      'A message is offered again until a receipt for it was posted, a receipt until it was acknowledged. Without `after` from the beginning.',
  })
  @ApiQuery({ name: 'after', required: false, description: 'Landbridge-Position of the last item taken in.' })
  @ApiQuery({ name: 'wait', required: false, description: `Seconds to wait, at most ${MAILBOX_MAX_WAIT_SECONDS}.` })
  @ApiQuery({ name: 'limit', required: false, description: 'Most items, at most 100.' })
  @ApiProduces('multipart/mixed')
  @ApiResponse({ status: 200, description: 'One part an item, with Landbridge-Message-Id, -Type, -Position and -Possible-Duplicate.' })
  @ApiResponse({ status: 204, description: 'Nothing waits.' })
  async poll(@Param('link') id: string, @Query() query: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answers.around(request, response, async () => {
      const link = await this.admitted(id, 'GET', request);
      if (!link) return this.answers.refuse(request, response);
      const { after, wait, limit } = parseOrRefuse(Poll, query);
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const items = withinBytes(await this.mailbox.fetch(link.id, after, limit, wait * 1000, gone.signal), ANSWER_BYTES);
      if (items.length === 0) return void response.status(204).end();
      const { contentType, body } = encodeMailbox(items);
      response.status(200).setHeader('Content-Type', contentType);
      response.end(body);
    });
  }

  @Post('mailbox/acknowledge')
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Takes receipts out of the mailbox.',
    description:
      'Messages leave it when a receipt for them is posted; one acknowledged here without a receipt counts as unknown with the gateway.',
  })
  @ApiBody({
    schema: { type: 'object', required: ['messageIds'], properties: { messageIds: { type: 'array', items: { type: 'string' } } } },
  })
  @ApiResponse({ status: 200, description: 'How many were taken out: `{"acknowledged": 2}`.' })
  async acknowledge(@Param('link') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answers.around(request, response, async () => {
      const link = await this.admitted(id, 'POST', request);
      if (!link) return this.answers.refuse(request, response);
      requireContentType(request, ['application/json']);
      const { bytes, release } = await readBody(request, ACKNOWLEDGE_BYTES, this.mailbox.memory, link.id);
      release();
      const json = parseStrictJson(bytes, { depth: 3 });
      if (!json.ok) throw new ExchangeError('JSON_MALFORMED');
      const acknowledged = await this.mailbox.acknowledge(link.id, parseOrRefuse(Acknowledge, json.value).messageIds);
      response.status(200).json({ acknowledged });
    });
  }

  private async admitted(id: string, method: 'GET' | 'POST', request: Request): Promise<Link | undefined> {
    const link = this.mailbox.link(id);
    const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,8192})$/.exec(request.headers.authorization ?? '')?.[1];
    if (!link || !token) return undefined;
    return (await this.gate.admits({ link, token, method, path: request.originalUrl })) ? link : undefined;
  }
}

function parseOrRefuse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ExchangeError('USAGE', { issues: parsed.error.issues.map(({ path }) => issue('USAGE', path.join('.'))) });
}

/** The longest run of items within the bytes; at least one, so that a large frame does not block the mailbox. */
function withinBytes<T extends { readonly frame: Buffer }>(items: readonly T[], bytes: number): readonly T[] {
  let sum = 0;
  const end = items.findIndex((item, i) => (sum += item.frame.length) > bytes && i > 0);
  return end < 0 ? items : items.slice(0, end);
}
