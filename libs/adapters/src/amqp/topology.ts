import type { Link } from '#model';

/** Names of everything a link has on the broker. The only place that knows them. */
export const amqpNames = (link: string) => ({
  /** The partner publishes here, routing key = the name of the queue behind it. */
  inExchange: `lbx.${link}.in`,
  /** The gateway consumes here. */
  inQueue: `lb.${link}.in`,
  /** The gateway publishes here. */
  outExchange: `lbx.${link}.out`,
  /** The partner consumes here. */
  outQueue: `lb.${link}.out`,
  /** What the broker itself gave up (a limit or time-to-live set by an operator's policy). Our code sends nothing here. */
  deadQueue: `lb.${link}.dead`,
});

export const DEAD_EXCHANGE = 'lbx.dead';
/** The gateway's own user; partners' users are `lb-` and the party key in small letters. */
export const GATEWAY_USER = 'lb-gateway';
export const partnerUser = (partner: string): string => `lb-${partner.toLowerCase()}`;

export interface QueuePlan {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}
export interface BindingPlan {
  readonly exchange: string;
  readonly queue: string;
  readonly routingKey: string;
}
/** Regular expressions as RabbitMQ matches them against names of queues and exchanges. */
export interface UserPlan {
  readonly name: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}
/** Everything the broker must hold for the AMQP links of a configuration, and nothing it must not. */
export interface TopologyPlan {
  readonly vhost: string;
  /** Durable direct exchanges. */
  readonly exchanges: readonly string[];
  /** Durable quorum queues. */
  readonly queues: readonly QueuePlan[];
  readonly bindings: readonly BindingPlan[];
  readonly users: readonly UserPlan[];
}

/**
 * Quorum: confirmed means replicated and fsynced. Single active consumer: one reader, the next takes over when it dies. Letters
 * the broker gives up move to the dead queue at least once, which needs reject-publish as overflow. The delivery limit stays
 * unset: RabbitMQ 3 has none then, RabbitMQ 4 its default of 20, after which the letter lies in the dead queue, not lost.
 */
const carrier = (name: string): QueuePlan => ({
  name,
  arguments: {
    'x-queue-type': 'quorum',
    'x-single-active-consumer': true,
    'x-dead-letter-exchange': DEAD_EXCHANGE,
    'x-dead-letter-routing-key': name,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  },
});

const NOTHING = '^$';
/** Exactly these names; names hold no character that a regular expression reads otherwise, but the point. */
const exactly = (names: readonly string[]): string =>
  names.length === 0 ? NOTHING : `^(${names.map((n) => n.replaceAll('.', '\\.')).join('|')})$`;

/**
 * What the broker must look like for these links; links of other transports are left out. Pure. A partner may publish to the
 * exchange of its own links and consume their outbound queues; it can declare nothing, and neither read nor write anything else,
 * the default exchange included. Exchanges and queues have different names so that "may publish" does not also mean "may bind".
 */
export function topologyOf(links: readonly Link[], vhost = '/'): TopologyPlan {
  const amqpLinks = links.filter((link) => link.transport === 'amqp');
  const names = amqpLinks.map((link) => amqpNames(link.id));
  const partners = [...new Set(amqpLinks.map((link) => link.partner))];
  const ofPartner = (partner: string) => amqpLinks.filter((link) => link.partner === partner).map((link) => amqpNames(link.id));
  return {
    vhost,
    exchanges: [DEAD_EXCHANGE, ...names.flatMap((n) => [n.inExchange, n.outExchange])],
    queues: names.flatMap((n) => [carrier(n.inQueue), carrier(n.outQueue), { name: n.deadQueue, arguments: { 'x-queue-type': 'quorum' } }]),
    bindings: names.flatMap((n) => [
      { exchange: n.inExchange, queue: n.inQueue, routingKey: n.inQueue },
      { exchange: n.outExchange, queue: n.outQueue, routingKey: n.outQueue },
      { exchange: DEAD_EXCHANGE, queue: n.deadQueue, routingKey: n.inQueue },
      { exchange: DEAD_EXCHANGE, queue: n.deadQueue, routingKey: n.outQueue },
    ]),
    users: [
      {
        name: GATEWAY_USER,
        configure: NOTHING,
        write: exactly(names.map((n) => n.outExchange)),
        // What the broker gave up is taken into the table of dead letters.
        read: exactly(names.flatMap((n) => [n.inQueue, n.deadQueue])),
      },
      ...partners.map((partner) => ({
        name: partnerUser(partner),
        configure: NOTHING,
        write: exactly(ofPartner(partner).map((n) => n.inExchange)),
        read: exactly(ofPartner(partner).map((n) => n.outQueue)),
      })),
    ],
  };
}
