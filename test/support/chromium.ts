import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const run = promisify(execFile);
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Chinese is drawn with Noto's CJK fonts, Cyrillic with DejaVu. */
const PACKAGES = ['chromium', 'fonts-noto-cjk', 'fonts-dejavu-core'];
const HOW_TO = `No Chromium is installed. Set CHROMIUM to the program, or install it: as root "apt-get install ${PACKAGES.join(' ')}" (Debian).`;

async function installed(): Promise<string | undefined> {
  for (const program of [process.env['CHROMIUM'] ?? '', ...PROGRAMS])
    if (
      await access(program, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return program;
  return undefined;
}

/** The browser's program. Installs Debian's packages when there is none and we are root; otherwise rejects saying what to do. */
async function chromiumProgram(): Promise<string> {
  const found = await installed();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) throw new Error(HOW_TO);
  const options = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 16 * 1024 * 1024 };
  await run('apt-get', ['update', '-q'], options);
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...PACKAGES], options);
  return (await installed()) ?? Promise.reject(new Error(HOW_TO));
}

/** A Chromium without a window. It ends with this process. */
export async function launchChromium(): Promise<Browser> {
  // As root there is no sandbox of its own; it meets our own pages on loopback only.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // There is no graphics card here: looking for one, and models that nobody asks, cost more than the pages.
  const args = [...sandbox, '--disable-gpu', '--disable-features=OptimizationGuideOnDeviceModel,OnDeviceModelService,Vulkan'];
  return chromium.launch({ executablePath: await chromiumProgram(), args });
}
