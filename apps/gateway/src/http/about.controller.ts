import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Open } from '#adapters';
import { AboutAnswer } from './record-answers.ts';
import { DescribeAnswer } from './zod.ts';

export abstract class About {
  abstract readonly environment: 'production' | 'test';
  /** Our own party key. */
  abstract readonly gateway: string;
  /** People may also sign in at an OpenID Connect issuer. */
  abstract readonly issuer: boolean;
}

/** What a person must know before signing in: whether what is done here has effect in the world. */
@ApiTags('about')
@Controller('api/about')
export class AboutController {
  constructor(@Inject(About) private readonly about: About) {}

  @Get()
  @Open('Says which gateway this is and whether it is the productive one; no data of partners.')
  @DescribeAnswer(AboutAnswer)
  @ApiOperation({ summary: 'Which gateway this is: its party key, whether it is the productive one, and how to sign in.' })
  show(): About {
    const { environment, gateway, issuer } = this.about;
    return { environment, gateway, issuer };
  }
}
