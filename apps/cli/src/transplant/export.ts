import { writeFile } from 'node:fs/promises';
import { installationFolder, loadEnvironment, readAgreements, readTranslationFiles } from '#config';
import { sealBundle, type BundledFile } from '#onboarding';
import { PROFILE } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { openKeys } from '../keys/key-place.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ExportOptions extends CommonOptions {
  readonly output: string;
  readonly address?: string;
  readonly keys?: string;
}

/** Mappings and code lists of an installation, by their place below `config/`, without their ending. */
export function bundledFiles(home: string): BundledFile[] {
  const { mappings, codelists } = readTranslationFiles(home);
  const below = (folder: string, files: typeof mappings) => files.map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
  return [...below('mappings', mappings), ...below('codelists', codelists)];
}

/** `landbridge export`. */
export async function exportBundle(terminal: Terminal, { output, address, keys: folder, json }: ExportOptions): Promise<ExitCode> {
  const { LANDBRIDGE_AGREEMENTS, LANDBRIDGE_ENVIRONMENT: environment, PUBLIC_URL } = loadEnvironment();
  const { gateway: issuer, parties, links, routes } = readAgreements(LANDBRIDGE_AGREEMENTS);
  const now = new Date();
  const signer = await (await openKeys(folder)).signer(issuer, now);
  const files = bundledFiles(installationFolder());
  const reached = address ?? PUBLIC_URL;
  const jws = sealBundle(
    {
      profile: PROFILE,
      issuer,
      environment,
      created: now.toISOString(),
      ...(reached !== undefined && { address: reached }),
      agreements: { parties, links, routes },
      files,
    },
    signer,
    now,
  );
  await writeFile(output, jws, { flag: 'wx' }).catch(() => {
    throw usage('--output', 'The file exists already or cannot be written.');
  });
  const counts = { links: links.length, routes: routes.length, files: files.length };
  if (json) terminal.json({ file: output, issuer, ...counts });
  else
    terminal.line(
      `${output}: ${counts.links} links, ${counts.routes} routes, ${counts.files} mappings and code lists of ${issuer}, signed with ${signer.kid}.`,
    );
  return EXIT.OK;
}
