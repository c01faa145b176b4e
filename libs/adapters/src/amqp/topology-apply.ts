import { randomBytes } from 'node:crypto';
import type { BrokerManagement } from './broker-management.ts';
import { DEAD_EXCHANGE, type QueuePlan, type TopologyPlan, type UserPlan } from './topology.ts';

/** One way in which the broker is not as planned. `text` never holds a password. */
export interface TopologyDifference {
  readonly subject: string;
  readonly kind: 'missing' | 'wrong' | 'too-wide';
  readonly text: string;
}

export interface ApplyOptions {
  /** Gets the password of each user that was created, once; it is stored nowhere else. */
  readonly onPassword: (user: string, password: string) => void | Promise<void>;
  /** Gives new passwords to users that exist already, too. */
  readonly renewPasswords?: boolean;
}

interface BrokerQueue {
  readonly durable: boolean;
  readonly type?: string;
  readonly arguments: Record<string, unknown>;
  readonly effective_policy_definition?: Record<string, unknown>;
}
interface BrokerExchange {
  readonly type: string;
  readonly durable: boolean;
}
interface BrokerPermission {
  readonly user: string;
  readonly vhost: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}
interface BrokerBinding {
  readonly source: string;
  readonly destination: string;
  readonly routing_key: string;
}

/** Connections and channels of one user: a partner's mistake must not take the broker's from the others. */
const USER_LIMITS = { 'max-connections': 20, 'max-channels': 200 } as const;

/** Policies that make a broker drop, expire or dead-letter letters, or kill a queue: none may reach the queues of a link. */
const HARMFUL_POLICIES = ['delivery-limit', 'message-ttl', 'expires', 'max-length', 'max-length-bytes', 'dead-letter-exchange'];

/**
 * Creates what is missing, and says what remains different because a broker cannot change it in place (arguments of a queue).
 * Idempotent: a second call changes nothing and generates no password. Deletes nothing.
 */
export async function applyTopology(
  plan: TopologyPlan,
  broker: BrokerManagement,
  options: ApplyOptions,
): Promise<readonly TopologyDifference[]> {
  const { vhost } = plan;
  if (!(await broker.get('vhosts', vhost))) await broker.put(['vhosts', vhost], {});
  // False answers are differences, found again and explained by the check at the end.
  for (const name of plan.exchanges) {
    await broker.put(['exchanges', vhost, name], { type: 'direct', durable: true, auto_delete: false, internal: false, arguments: {} });
  }
  for (const queue of plan.queues) {
    await broker.put(['queues', vhost, queue.name], { durable: true, auto_delete: false, arguments: queue.arguments });
  }
  const differences = await checkTopology(plan, broker);
  const missing = (subject: string): boolean => differences.some((d) => d.subject === subject && d.kind === 'missing');
  for (const { exchange, queue, routingKey } of plan.bindings) {
    if (!missing(bindingName(exchange, queue, routingKey)) || missing(queueName(queue))) continue;
    await broker.post(['bindings', vhost, 'e', exchange, 'q', queue], { routing_key: routingKey, arguments: {} });
  }
  for (const user of plan.users) await applyUser(vhost, user, broker, options);
  return checkTopology(plan, broker);
}

async function applyUser(vhost: string, user: UserPlan, broker: BrokerManagement, options: ApplyOptions): Promise<void> {
  const known = await broker.get('users', user.name);
  if (!known || options.renewPasswords) {
    const password = randomBytes(24).toString('base64url');
    await broker.put(['users', user.name], { password, tags: '' });
    await options.onPassword(user.name, password);
  }
  const { configure, write, read } = user;
  await broker.put(['permissions', vhost, user.name], { configure, write, read });
  for (const [limit, value] of Object.entries(USER_LIMITS)) await broker.put(['user-limits', user.name, limit], { value });
}

const queueName = (name: string): string => `queue ${name}`;
const bindingName = (exchange: string, queue: string, key: string): string => `binding ${exchange} → ${queue} (${key})`;

/** Compares plan and broker; an empty list means that messages flow and nobody may do more than planned. Changes nothing. */
export async function checkTopology(plan: TopologyPlan, broker: BrokerManagement): Promise<readonly TopologyDifference[]> {
  if (!(await broker.get('vhosts', plan.vhost)))
    return [{ subject: `vhost ${plan.vhost}`, kind: 'missing', text: 'The virtual host does not exist.' }];
  return [
    ...(await checkExchanges(plan, broker)),
    ...(await checkQueues(plan, broker)),
    ...(await checkBindings(plan, broker)),
    ...(await checkUsers(plan, broker)),
  ];
}

async function checkExchanges({ vhost, exchanges }: TopologyPlan, broker: BrokerManagement): Promise<TopologyDifference[]> {
  const found = await Promise.all(exchanges.map((name) => broker.get<BrokerExchange>('exchanges', vhost, name)));
  return exchanges.flatMap((name, i): TopologyDifference[] => {
    const exchange = found[i];
    const subject = `exchange ${name}`;
    if (!exchange) return [{ subject, kind: 'missing', text: 'The exchange does not exist.' }];
    const right = exchange.type === 'direct' && exchange.durable;
    return right ? [] : [{ subject, kind: 'wrong', text: 'The exchange is not a durable direct exchange; delete it and apply again.' }];
  });
}

async function checkQueues({ vhost, queues }: TopologyPlan, broker: BrokerManagement): Promise<TopologyDifference[]> {
  const found = await Promise.all(queues.map((queue) => broker.get<BrokerQueue>('queues', vhost, queue.name)));
  return queues.flatMap((plan, i): TopologyDifference[] => {
    const queue = found[i];
    const subject = queueName(plan.name);
    if (!queue) return [{ subject, kind: 'missing', text: 'The queue does not exist.' }];
    return queueFaults(plan, queue).map((text) => ({ subject, kind: 'wrong', text }));
  });
}

function queueFaults(plan: QueuePlan, queue: BrokerQueue): string[] {
  const names = new Set([...Object.keys(plan.arguments), ...Object.keys(queue.arguments)]);
  const wrong = [...names]
    .filter((name) => queue.arguments[name] !== plan.arguments[name])
    .map((name) => {
      const planned = name in plan.arguments ? `should be ${plan.arguments[name]}` : 'should not be set';
      return `Argument ${name} ${planned}. Arguments cannot be changed: drain and delete the queue, then apply again.`;
    });
  const policies = Object.keys(queue.effective_policy_definition ?? {}).filter((name) => HARMFUL_POLICIES.includes(name));
  return [...wrong, ...policies.map((name) => `A policy sets ${name}, by which the broker may drop or move messages; remove it.`)];
}

async function checkBindings(
  { vhost, bindings, exchanges, queues }: TopologyPlan,
  broker: BrokerManagement,
): Promise<TopologyDifference[]> {
  const ourQueues = new Set(queues.map((queue) => queue.name));
  const ourExchanges = new Set(exchanges.filter((name) => name !== DEAD_EXCHANGE));
  const key = (b: BrokerBinding): string => bindingName(b.source, b.destination, b.routing_key);
  /** Whether a letter of a planned link may take this way. The dead-letter exchange is shared with links that are not in the plan any more. */
  const concernsUs = (b: BrokerBinding): boolean =>
    ourExchanges.has(b.source) || ourQueues.has(b.destination) || (b.source === DEAD_EXCHANGE && ourQueues.has(b.routing_key));
  // A binding of the default exchange (source '') belongs to every queue and cannot be removed.
  const found = ((await broker.get<BrokerBinding[]>('bindings', vhost)) ?? []).filter((b) => b.source !== '' && concernsUs(b));
  const planned = bindings.map((b) => bindingName(b.exchange, b.queue, b.routingKey));
  const present = new Set(found.map(key));
  return [
    ...planned
      .filter((name) => !present.has(name))
      .map((subject) => ({ subject, kind: 'missing' as const, text: 'The binding does not exist.' })),
    ...found
      .filter((b) => !planned.includes(key(b)))
      .map((b) => ({
        subject: key(b),
        kind: 'too-wide' as const,
        text: 'This binding is not planned; messages may reach somebody else. Remove it.',
      })),
  ];
}

async function checkUsers({ vhost, users, queues, exchanges }: TopologyPlan, broker: BrokerManagement): Promise<TopologyDifference[]> {
  const permissions = (await broker.get<BrokerPermission[]>('permissions')) ?? [];
  const names = [...queues.map((queue) => queue.name), ...exchanges];
  const differences: TopologyDifference[] = [];
  for (const plan of users) {
    const subject = `user ${plan.name}`;
    const user = await broker.get<{ tags: string | string[] }>('users', plan.name);
    if (!user) {
      differences.push({ subject, kind: 'missing', text: 'The user does not exist.' });
      continue;
    }
    if (user.tags.length > 0)
      differences.push({ subject, kind: 'too-wide', text: 'The user has tags that give access to the management API; remove them.' });
    const own = permissions.filter((permission) => permission.user === plan.name);
    differences.push(
      ...permissionFaults(
        subject,
        plan,
        own.find((permission) => permission.vhost === vhost),
        names,
      ),
    );
    for (const other of own.filter((permission) => permission.vhost !== vhost)) {
      differences.push({ subject, kind: 'too-wide', text: `The user also has permissions in the virtual host ${other.vhost}.` });
    }
  }
  return differences;
}

function permissionFaults(
  subject: string,
  plan: UserPlan,
  actual: BrokerPermission | undefined,
  names: readonly string[],
): TopologyDifference[] {
  if (!actual) return [{ subject, kind: 'missing', text: 'The user has no permissions in the virtual host.' }];
  return (['configure', 'write', 'read'] as const).flatMap((right) => {
    if (actual[right] === plan[right]) return [];
    const extra = names.filter((name) => matches(actual[right], name) && !matches(plan[right], name));
    const reach = extra.length > 0 ? ` It now also reaches ${extra.slice(0, 3).join(', ')}.` : '';
    const wider = extra.length > 0 || right === 'configure';
    return [{ subject, kind: wider ? 'too-wide' : 'wrong', text: `The ${right} permission is not the one planned.${reach}` }];
  });
}

/** RabbitMQ searches the expression anywhere in the name; an empty one matches nothing. */
function matches(expression: string, name: string): boolean {
  if (expression === '') return false;
  try {
    return new RegExp(expression).test(name);
  } catch {
    return true; // PCRE syntax we cannot judge: report it as too wide
  }
}
