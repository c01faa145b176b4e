import { randomBytes } from 'node:crypto';
import { applyTopology, BrokerManagement, GATEWAY_USER, partnerUser, startPrivateBroker, topologyOf } from '#adapters';
import type { Link } from '#model';
import { DemoFailure } from '../demo-failure.ts';

/** RabbitMQ for one demo: who connects with which address, and how to leave no trace. */
export interface DemoBroker {
  readonly where: string;
  readonly gatewayUrl: string;
  partnerUrl(partner: string): string;
  close(): Promise<void>;
}

export interface BrokerOptions {
  /** A broker that runs already, with a user who may administer it. */
  readonly url?: string | undefined;
  readonly managementUrl?: string | undefined;
  /** Whom to trust about its certificate. */
  readonly ca?: string | undefined;
}

/** A private node on loopback, or a virtual host of our own on the broker given; queues, users and permissions applied. */
export async function openBroker(links: readonly Link[], { url, managementUrl }: BrokerOptions): Promise<DemoBroker> {
  if (url !== undefined)
    return prepare(links, url, managementUrl ?? managementBeside(url), `landbridge-demo-${randomBytes(4).toString('hex')}`);
  const node = await startPrivateBroker();
  try {
    const broker = await prepare(links, node.url, node.managementUrl, '/');
    return { ...broker, where: 'private node', close: () => node.stop() };
  } catch (error) {
    await node.stop();
    throw error;
  }
}

async function prepare(links: readonly Link[], url: string, managementUrl: string, vhost: string): Promise<DemoBroker> {
  const management = new BrokerManagement(managementUrl);
  // On a broker that others use, our users must not meet theirs.
  const prefix = vhost === '/' ? '' : `${vhost}-`;
  const plan = topologyOf(links, vhost);
  const users = plan.users.map((user) => ({ ...user, name: prefix + user.name }));
  const passwords = new Map<string, string>();
  const close = async () => {
    await management.delete('vhosts', vhost);
    for (const { name } of users) await management.delete('users', name);
  };
  const differences = await applyTopology({ ...plan, users }, management, {
    onPassword: (user, password) => void passwords.set(user, password),
  });
  if (differences.length > 0) {
    if (prefix !== '') await close();
    throw new DemoFailure(`RabbitMQ is not as planned: ${differences.map(({ subject, text }) => `${subject}: ${text}`).join(' ')}`);
  }
  const address = (user: string): string => {
    const own = new URL(url);
    own.username = prefix + user;
    own.password = passwords.get(prefix + user) ?? '';
    own.pathname = `/${encodeURIComponent(vhost)}`;
    return own.toString();
  };
  return {
    where: new URL(url).host,
    gatewayUrl: address(GATEWAY_USER),
    partnerUrl: (partner) => address(partnerUser(partner)),
    close,
  };
}

/** The management plug-in's usual place beside the broker, with the same user. */
function managementBeside(url: string): string {
  const { protocol, hostname, username, password } = new URL(url);
  const secure = protocol === 'amqps:';
  return `${secure ? 'https' : 'http'}://${username}:${password}@${hostname}:${secure ? 15671 : 15672}`;
}
