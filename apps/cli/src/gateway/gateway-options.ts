import type { Command } from 'commander';

/** How a command finds the gateway and says who asks. */
export function gatewayOptions(command: Command): void {
  command
    .option('--url <url>', 'the gateway (default: the one HTTP_HOST and HTTP_PORT name)')
    .option('--token <token>', 'token (default: LANDBRIDGE_TOKEN, else that of landbridge login, else LANDBRIDGE_DATA/local.token)');
}
