import { cp, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyFolder, loadMasterKey } from '#adapters/keys';
import { installationFolder, readTranslationFiles } from '#config';
import { createTranslator, type Translator } from '#formats';
import { faultySampleOf, loadMappings, sampleOf, SCRIPTS, type CompiledMapping, type Sample, type Script } from '#formats/tools';
import { Agreements } from '#model';
import { LANGUAGES } from '#onboarding';
import type { SigningAlgorithm } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { guide } from './guide.ts';

export interface KitOptions extends CommonOptions {
  readonly party: string;
  readonly alg: SigningAlgorithm;
  readonly seed: number;
}

const GATEWAY = 'LBG';
/** One message type of each family; landbridge conformance has all of them. */
const SAMPLED = [
  'cn-manifest/MT1101',
  'cn-manifest/MT3101',
  'cn-rail/MT1301',
  'osjd-smgs/IFTMIN',
  'kz-rail/wagon-transfer-list',
  'corridor/CustomsEnvelope',
  'cn-manifest/Response',
  'un-d96b/APERAK',
];
const EXTENSIONS: Readonly<Record<string, string>> = { 'application/xml': 'xml', 'application/edifact': 'edi', 'application/json': 'json' };

/** `landbridge kit init`. */
export async function initKit(terminal: Terminal, folder: string, options: KitOptions): Promise<ExitCode> {
  const { party, alg, seed, json } = options;
  if (await stat(folder).catch(() => undefined)) throw usage('<dir>', 'It exists already; a kit is made in a new folder.');
  const agreements = sandbox(party);
  await mkdir(folder, { recursive: true });
  const files = readTranslationFiles();
  const translator = createTranslator(files, { lazily: true });
  await exchangeKeys(folder, party, alg);
  await writeFile(join(folder, 'gateway/agreements.json'), `${JSON.stringify(agreements, null, 2)}\n`);
  const samples = await writeSamples(join(folder, 'samples'), loadMappings(files).mappings, translator, seed);
  await cp(join(installationFolder(), 'kit/clients'), join(folder, 'clients'), { recursive: true });
  for (const language of LANGUAGES) await writeFile(join(folder, `README.${language}.md`), guide(party, language));
  if (json) terminal.json({ folder, party, gateway: GATEWAY, samples });
  else
    terminal.line(`${folder} is ready: ${samples.good} good and ${samples.bad} bad samples. Go on with ${join(folder, 'README.en.md')}.`);
  return EXIT.OK;
}

/** One test link whose acknowledgements come back to their sender, so that receipts can be tried both ways. */
function sandbox(party: string): Agreements {
  const parsed = Agreements.safeParse({
    gateway: GATEWAY,
    parties: [GATEWAY, party].map((key) => ({ key, country: 'CN', name: { en: key } })),
    links: [
      { id: 'sandbox', partner: party, transport: 'mailbox', test: true, formats: { Acknowledgement: { mapping: 'canonical/json' } } },
    ],
    routes: [{ from: party, messageType: 'Acknowledgement', to: party }],
  });
  if (!parsed.success || party === GATEWAY) throw usage('--party', `It is 2 to 16 capital letters and digits, and not ${GATEWAY}.`);
  return parsed.data;
}

async function exchangeKeys(folder: string, party: string, alg: SigningAlgorithm): Promise<void> {
  const open = async (side: string): Promise<KeyFolder> => {
    await mkdir(join(folder, side), { recursive: true });
    return KeyFolder.open(join(folder, side, 'keys'), await loadMasterKey(undefined, join(folder, side, 'master.key')));
  };
  const [gateway, partner] = [await open('gateway'), await open('partner')];
  await gateway.generate(GATEWAY, 'ES256', new Date());
  // Where the suite stands for the gateway, before a system whose keys it is yet to be told.
  await cp(join(folder, 'gateway'), join(folder, 'judge'), { recursive: true });
  await partner.generate(party, alg, new Date());
  for (const document of await partner.documents()) await gateway.store(document);
  for (const document of await gateway.documents()) await partner.store(document);
}

async function writeSamples(
  folder: string,
  mappings: readonly CompiledMapping[],
  translator: Translator,
  seed: number,
): Promise<{ good: number; bad: number }> {
  const count = { good: 0, bad: 0 };
  for (const side of ['good', 'bad']) await mkdir(join(folder, side), { recursive: true });
  const put = async (name: string, { bytes, mediaType, errors }: Pick<Sample, 'bytes' | 'mediaType' | 'errors'>): Promise<void> => {
    const side = errors.length === 0 ? 'good' : 'bad';
    count[side] += 1;
    const stem = join(folder, side, name);
    await writeFile(`${stem}.${EXTENSIONS[mediaType] ?? 'txt'}`, bytes);
    await writeFile(`${stem}.expected.json`, `${JSON.stringify({ status: side === 'good' ? 'valid' : 'refused', errors }, null, 2)}\n`);
    if (side === 'bad') return;
    const canonical = translator.decode(bytes).messages.map(({ message }) => message);
    await writeFile(`${stem}.canonical.json`, `${JSON.stringify(canonical, null, 2)}\n`);
  };
  await put('hello', { bytes: hello(), mediaType: 'application/json', errors: [] });
  for (const mapping of mappings.filter(({ ref }) => SAMPLED.includes(ref.id))) {
    const name = mapping.ref.id.replace('/', '-');
    for (const script of Object.keys(SCRIPTS) as Script[]) {
      const sample = sampleOf(mapping, translator, script, seed);
      if (sample) await put(`${name}.${script}`, sample);
    }
    const faulty = faultySampleOf(mapping, translator, 'kazakh', seed);
    if (faulty) await put(`${name}.field-missing`, faulty);
  }
  return count;
}

const hello = (): Buffer =>
  Buffer.from(
    `${JSON.stringify({ model: 'landbridge/1', type: 'Acknowledgement', kind: 'application', header: { messageId: 'hello-1', functionCode: { value: '9', listId: 'UN-1225' } }, acknowledgedDocument: { id: '连云港 Қорғас Хоргос' } }, null, 2)}\n`,
  );
