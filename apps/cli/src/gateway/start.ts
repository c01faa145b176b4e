import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GATEWAY_NODE_FLAGS } from '#adapters';
import { installationFolder, loadEnvironment } from '#config';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { listeningUrl } from './gateway-client.ts';

/** `landbridge start`: the gateway of this installation in the foreground. Ends when it ends, with a clean stop at Ctrl-C. */
export async function start(terminal: Terminal, { json }: CommonOptions): Promise<ExitCode> {
  const { HTTP_HOST, HTTP_PORT, LANDBRIDGE_DATA } = loadEnvironment();
  const program = join(installationFolder(), 'bin', 'gateway.mjs');
  const gateway = spawn(process.execPath, [...GATEWAY_NODE_FLAGS, program], { stdio: ['ignore', json ? 'ignore' : 'inherit', 'inherit'] });
  // The terminal sends Ctrl-C to both of us; we only have to outlive the gateway. A TERM is for us alone and is passed on.
  const ignore = (): void => undefined;
  const passOn = (): void => void gateway.kill('SIGTERM');
  process.on('SIGINT', ignore).on('SIGTERM', passOn);
  const ended = new Promise<number | null>((resolve) => gateway.once('exit', (code) => resolve(code)));
  const url = listeningUrl(HTTP_HOST, HTTP_PORT);
  if (await becomesReady(gateway, url)) {
    if (json) terminal.json({ url, data: LANDBRIDGE_DATA, pid: gateway.pid });
    else {
      terminal.note(`${terminal.paintNote('green', 'ready')}  ${url}  API description ${url}/docs  data ${LANDBRIDGE_DATA}`);
      terminal.note('Ctrl-C stops the gateway cleanly.');
    }
  }
  const code = await ended;
  process.off('SIGINT', ignore).off('SIGTERM', passOn);
  return code === 0 ? EXIT.OK : code === EXIT.CONFIGURATION ? EXIT.CONFIGURATION : EXIT.INTERNAL;
}

async function becomesReady(gateway: ChildProcess, url: string): Promise<boolean> {
  while (gateway.exitCode === null && gateway.signalCode === null) {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.ok) return true;
    await pause(200);
  }
  return false;
}
