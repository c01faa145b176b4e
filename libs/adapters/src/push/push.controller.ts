import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { MEDIA_TYPES } from '#trust';
import { Open } from '../access/needs.ts';
import { PostAnswers, PROBLEM, requireContentType } from '../posted/post-answers.ts';
import { ENVELOPE_BYTES, readBody } from '../posted/read-body.ts';
import { PushGate } from './push-gate.ts';
import { PushTransport } from './push.transport.ts';

/**
 * The way in of links over HTTPS push (LB-PROTO-2 §5): one frame a request, signed by RFC 9421 over method, address, labels and the digest of the body.
 * Unknown links and requests that cannot be authenticated are all answered alike.
 */
@ApiTags('push')
@ApiParam({ name: 'link', description: 'Link id from the agreement.' })
@ApiResponse({ status: 401, description: 'Not authenticated; the answer never says why.', content: { [PROBLEM]: {} } })
@ApiResponse({
  status: 429,
  description: 'Too many failures, or more messages than agreed (RATE_LIMITED, TOO_MANY_OPEN, QUOTA_USED). See Retry-After.',
  content: { [PROBLEM]: {} },
})
@ApiResponse({ status: 503, description: 'Nothing was accepted. Send the same bytes again. See Retry-After.', content: { [PROBLEM]: {} } })
@Open('Requests prove their sender by HTTP message signature, frames by their own.')
@Controller('links/:link')
export class PushController {
  private readonly answers = new PostAnswers();

  constructor(
    private readonly push: PushTransport,
    private readonly gate: PushGate,
  ) {}

  @Post('push')
  @ApiOperation({
    operationId: 'push',
    summary:
      'Takes one frame that a partner pushes: a framed message, or one receipt, question, answer, word about keys or reconciliation.',
    description:
      'Signature, Signature-Input (RFC 9421) and Content-Digest (RFC 9530) are needed. The answer comes after the commit and carries our stored receipt.',
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
      const link = this.push.posted.link(id);
      if (!link) return this.answers.refuse(request, response);
      requireContentType(request, Object.values(MEDIA_TYPES));
      const { bytes, release } = await readBody(request, link.limits.messageBytes + ENVELOPE_BYTES, this.push.posted.memory, link.id);
      try {
        if (!(await this.gate.admits(link, request, bytes))) return this.answers.refuse(request, response);
        const possibleDuplicate = request.headers['landbridge-possible-duplicate'] === 'true';
        const outcome = await this.push.take(link.id, bytes, possibleDuplicate);
        this.answers.tell(outcome, request, response, this.push.posted.standing(link.id));
      } finally {
        release();
      }
    });
  }
}
