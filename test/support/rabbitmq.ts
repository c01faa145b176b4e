import { applyTopology, BrokerManagement, GATEWAY_USER, topologyOf } from '#adapters';
import type { Link } from '#model';
import { sharedServer } from './servers.ts';

/** A broker that tests may fill and empty as they like. */
export interface TestBroker {
  readonly url: string;
  readonly managementUrl: string;
}

/**
 * The broker for tests: the one at AMQP_URL (an administrator there) with its management API at AMQP_MANAGEMENT_URL, else a
 * private node that the suites of a run share. Installs RabbitMQ when it is missing and we are root; otherwise rejects saying
 * what to do. A suite that kills or stops its broker starts one of its own.
 */
export async function testBroker(): Promise<TestBroker> {
  const { AMQP_URL: url, AMQP_MANAGEMENT_URL: managementUrl } = process.env;
  if (!url) return sharedServer<TestBroker>('broker');
  if (!managementUrl) throw new Error('AMQP_URL is set: set AMQP_MANAGEMENT_URL to its management API as well, or unset both.');
  return { url, managementUrl };
}

/** The topology of some links on a broker, and the addresses of its users. */
export interface TestTopology {
  readonly management: BrokerManagement;
  readonly gatewayUrl: string;
  /** The address with the user of a partner (party key). */
  partnerUrl(partner: string): string;
}

export async function layTopology(broker: TestBroker, links: readonly Link[]): Promise<TestTopology> {
  const management = new BrokerManagement(broker.managementUrl);
  const passwords = new Map<string, string>();
  const onPassword = (user: string, password: string): void => void passwords.set(user, password);
  const differences = await applyTopology(topologyOf(links), management, { onPassword, renewPasswords: true });
  if (differences.length > 0) throw new Error(`the topology could not be applied: ${differences.map(({ text }) => text).join(' ')}`);
  const as = (user: string): string => {
    const url = new URL(broker.url);
    url.username = user;
    url.password = passwords.get(user) ?? '';
    return url.href;
  };
  return { management, gatewayUrl: as(GATEWAY_USER), partnerUrl: (partner) => as(`lb-${partner.toLowerCase()}`) };
}
