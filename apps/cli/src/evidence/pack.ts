import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface PackOptions extends CommonOptions, GatewayOptions {
  readonly output: string;
  readonly withoutContent?: boolean;
}

/** `landbridge evidence`. */
export async function pack(terminal: Terminal, id: string, options: PackOptions): Promise<ExitCode> {
  const bytes = await fetchPack(id, options, options.withoutContent === true ? 'no' : 'yes');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (options.output === '-') {
    await terminal.bytes(bytes);
    return EXIT.OK;
  }
  await writeFile(options.output, bytes, { flag: 'wx' }).catch(() => {
    throw usage('--output', 'The file exists already or cannot be written.');
  });
  if (options.json) terminal.json({ file: options.output, bytes: bytes.length, sha256 });
  else terminal.note(`${bytes.length} bytes to ${options.output}, SHA-256 ${sha256}`);
  return EXIT.OK;
}

export const fetchPack = (id: string, options: GatewayOptions, content: 'yes' | 'no'): Promise<Buffer> =>
  new GatewayClient(options).getBytes(`/api/messages/${encodeURIComponent(id)}/evidence?content=${content}`);
