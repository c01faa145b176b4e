import type { LinkCounts } from '#exchange';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';

interface Health {
  readonly status: string;
  readonly store: string;
  readonly timestamps?: string;
  readonly links: readonly { readonly link: string; readonly transport: string; readonly condition: string; readonly relay: string }[];
}

const COUNTS = [
  'received',
  'accepted',
  'refused',
  'parked',
  'quarantined',
  'duplicates',
  'sent',
  'delivered',
  'receipted',
  'waiting',
  'unknown',
  'expired',
] as const;

/** `landbridge status`: readiness and one line a link. Exit 69 while the gateway is not ready. */
export async function status(terminal: Terminal, options: CommonOptions & GatewayOptions): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  const health = (await gateway.get<Health>('/health/ready', [503])).body;
  const ready = health.status === 'ready' || health.status === 'degraded';
  const stamps = health.timestamps === undefined ? '' : `  time-stamps ${health.timestamps}`;
  const { links: counts } = ready ? (await gateway.get<{ links: readonly LinkCounts[] }>('/api/links')).body : { links: [] };
  if (options.json) {
    terminal.json({
      url: gateway.base,
      status: health.status,
      store: health.store,
      ...(health.timestamps !== undefined && { timestamps: health.timestamps }),
      links: health.links.map((link) => ({ ...link, ...counts.find((count) => count.link === link.link) })),
    });
    return ready ? EXIT.OK : EXIT.UNAVAILABLE;
  }
  const now = timeCells(new Date()).map((time, index) => `${TIME_HEADS[index]} ${time}`);
  terminal.line(
    `${terminal.paint(health.status === 'ready' ? 'green' : 'red', health.status)}  ${gateway.base}  database ${health.store}${stamps}`,
  );
  terminal.line(now.join('   '));
  await terminal.table(
    ['link', 'transport', 'condition', 'relay', ...COUNTS],
    health.links.map(({ link, transport, condition, relay }) => {
      const count = counts.find((found) => found.link === link);
      return [link, transport, condition, relay, ...COUNTS.map((name) => count?.[name])];
    }),
  );
  return ready ? EXIT.OK : EXIT.UNAVAILABLE;
}
