import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '#adapters';
import { actorName, KeyDesk, KeyRing, type Actor, type KeyOrder } from '#exchange';
import { ExchangeError } from '#model';
import { certificateSummary, GATEWAY_ALGORITHMS, type KeyRecord } from '#trust';
import { By } from '../access/access.guard.ts';
import { KeyOrderAnswer, KeyShowAnswer, KeysAnswer, RehearsalAnswer } from './record-answers.ts';
import { Checked, DescribeAnswer, DescribeBody, DescribeQuery, Line, Reason } from './zod.ts';

const kid = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const reason = Reason;
const force = z.boolean().optional();

const Order = z.discriminatedUnion('order', [
  z.strictObject({ order: z.literal('generate'), alg: z.enum(GATEWAY_ALGORITHMS).default('ES256'), reason }),
  z.strictObject({ order: z.literal('publish'), kid, reason }),
  z.strictObject({ order: z.literal('activate'), kid, force, reason }),
  z.strictObject({ order: z.literal('retire'), kid, force, reason }),
  z.strictObject({
    order: z.literal('compromise'),
    kid,
    since: z.iso.datetime({ offset: true }),
    reason,
  }),
  z.strictObject({ order: z.literal('certificate'), kid, pem: z.string().max(100_000), reason }),
  z.strictObject({ order: z.literal('import'), document: z.unknown(), reason }),
]);
const Filter = z.strictObject({ party: Line.optional() });
const Rehearse = z.strictObject({ kid: kid.optional(), waitSeconds: z.number().min(0).max(60).default(10), reason });

/** Keys of ours and of partners, as the running gateway has them; every order takes effect without a restart. */
@ApiTags('keys')
@Controller('api/keys')
export class KeysController {
  constructor(
    @Inject(KeyRing) private readonly ring: KeyRing,
    @Inject(KeyDesk) private readonly desk: KeyDesk,
  ) {}

  @Get()
  @Needs('partners.read')
  @DescribeQuery(Filter)
  @DescribeAnswer(KeysAnswer)
  @ApiOperation({ summary: 'Every key known, by party, with its life.' })
  list(@By() actor: Actor, @Query(new Checked(Filter)) { party }: z.infer<typeof Filter>) {
    return { keys: this.#seen(actor, party).map((record) => line(record)) };
  }

  @Get(':kid')
  @Needs('partners.read')
  @DescribeAnswer(KeyShowAnswer)
  @ApiOperation({ summary: 'One key: its life, who verifies with it, and the messages that carry its signature.' })
  async show(@By() actor: Actor, @Param('kid', new Checked(Line)) id: string) {
    const record = this.#seen(actor).find((key) => key.kid === id);
    if (!record) throw new ExchangeError('NOT_FOUND');
    const { links } = await this.desk.rehearsal(id);
    const [rehearsal, dependants] = [links, await this.desk.dependants(id)].map((all) =>
      all.filter(({ link }) => actor.scope.coversLink(link)),
    );
    return { ...line(record), held: this.ring.signerOf(id) !== undefined, rehearsal, dependants };
  }

  @Post('orders')
  @HttpCode(200)
  @Needs('partners.manage')
  @DescribeBody(Order)
  @DescribeAnswer(KeyOrderAnswer)
  @ApiOperation({ summary: 'generate, publish, activate, retire, compromise, certificate or import.' })
  async order(@By() actor: Actor, @Body(new Checked(Order)) { reason: why, ...order }: z.infer<typeof Order>) {
    requireScope(actor, this.#partyOf(order));
    const meant = order.order === 'compromise' ? { ...order, since: new Date(order.since) } : order;
    const { party, version, keys } = await this.desk.perform(meant satisfies KeyOrder, { actor: actorName(actor), reason: why });
    return { party, version, keys: keys.map((key) => line({ ...key, party })) };
  }

  @Post('rehearsals')
  @HttpCode(200)
  @Needs('partners.manage')
  @DescribeBody(Rehearse)
  @DescribeAnswer(RehearsalAnswer)
  @ApiOperation({ summary: 'Asks every partner to answer a question signed with our next key, and waits for the answers.' })
  async rehearse(@By() actor: Actor, @Body(new Checked(Rehearse)) { kid: id, waitSeconds, reason: why }: z.infer<typeof Rehearse>) {
    requireScope(actor, undefined);
    return this.desk.rehearse(id, waitSeconds * 1000, { actor: actorName(actor), reason: why });
  }

  /** Our own keys are everybody's to verify with; those of a partner belong to it. */
  #seen({ scope }: Actor, party?: string): readonly KeyRecord[] {
    return this.ring.directory.records(party).filter((key) => key.party === this.desk.gateway || scope.coversPartner(key.party));
  }

  /** Whose keys an order is about; undefined: ours, which every partner verifies with. */
  #partyOf(order: Omit<z.infer<typeof Order>, 'reason'> & { readonly kid?: string; readonly document?: unknown }): string | undefined {
    const party =
      order.order === 'import'
        ? (order.document as { readonly party?: unknown } | null | undefined)?.party
        : this.ring.directory.records().find(({ kid }) => kid === order.kid)?.party;
    return typeof party === 'string' && party !== this.desk.gateway ? party : undefined;
  }
}

function requireScope({ scope }: Actor, party: string | undefined): void {
  if (party === undefined ? scope.partners !== 'all' : !scope.coversPartner(party))
    throw new ExchangeError('NOT_ALLOWED', { detail: 'It reaches beyond the partners of this account.' });
}

function line({ party, kid: id, alg, status, from, until, compromisedSince, x5c }: KeyRecord) {
  return {
    party,
    kid: id,
    alg,
    status,
    from,
    ...(until === undefined ? {} : { until }),
    ...(compromisedSince === undefined ? {} : { compromisedSince }),
    ...(x5c === undefined ? {} : { certificate: certificateSummary(x5c) }),
  };
}
