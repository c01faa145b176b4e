import { readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { describeIndex, describeMapping, examineLossless, loadMappings, newOverlay, type CompiledMapping } from './index.ts';

const files = readTranslationFiles();
const { mappings } = loadMappings(files);
const byId = (id: string): CompiledMapping => mappings.find(({ ref }) => ref.id === id) as CompiledMapping;

describe('documentation of mappings', () => {
  it('shows each field with its bounds for every function code, its place in the message, and its titles', () => {
    const page = describeMapping(byId('cn-manifest/MT1101'));
    expect(page).toContain('# cn-manifest/MT1101');
    expect(page).toContain('- zh: 水运进口原始舱单');
    expect(page).toMatch(
      /\| Declaration\/Consignment\/TransportContractDocument\/ChangeReasonCode \| 0\.\.3 \| 0\.\.3 \| 1\.\.3 \| 1\.\.3 \| `amendmentReasonCode\[\]` \| `code CN-ChangeReason` \|/,
    );
  });

  it('warns of what is not publicly confirmed', () => {
    expect(describeMapping(byId('cn-rail/MT1301'))).toContain('**provisional**');
    expect(describeIndex(mappings)).toContain('| provisional | 铁路');
  });

  it('keeps every table whole: no cell breaks a row', () => {
    for (const mapping of mappings) {
      const rows = describeMapping(mapping)
        .split('\n')
        .filter((line) => line.startsWith('| '));
      expect(new Set(rows.map((row) => row.replaceAll('\\|', '').split('|').length)).size).toBe(1);
    }
  });
});

describe('the oracle of translation', () => {
  it('makes the same documents for the same seed', () => {
    const translator = createTranslator(files);
    const run = () => examineLossless(byId('cn-dxp/DxpRep'), translator, 30, 7);
    expect(run()).toEqual(run());
    expect(run()).toMatchObject({ documents: 30, findings: [] });
  });

  it('sees a field that has no home, one that comes back otherwise, and one that is lost', () => {
    const broken = (from: string, to: string) => {
      const changed = files.mappings.map((file) =>
        file.path === 'cn-manifest/MT3101' ? { ...file, text: file.text.replace(from, to) } : file,
      );
      expect(changed).not.toEqual(files.mappings);
      const all = { ...files, mappings: changed };
      const mapping = loadMappings(all).mappings.find(({ ref }) => ref.id === 'cn-manifest/MT3101') as CompiledMapping;
      return examineLossless(mapping, createTranslator(all), 200, 7).findings.map(({ what }) => what);
    };
    const text = files.mappings.find(({ path }) => path === 'cn-manifest/MT3101')?.text ?? '';
    const [, path = ''] = /JourneyID: \{ is: ([\w.]+)/.exec(text) ?? [];
    expect(path).not.toBe('');
    expect(broken(`JourneyID: { is: ${path}`, 'JourneyID: { is: usedTransportMeans.name')).not.toEqual([]);
  });
});

describe("a partner's overlay", () => {
  it('compiles as it is, reads as its base does, and leaves detection to the base', () => {
    const text = newOverlay(byId('cn-manifest/MT1101'), 'aa-port/MT1101');
    const all = { ...files, mappings: [{ path: 'aa-port/MT1101', text }, ...files.mappings] };
    expect(loadMappings(all).issues).toEqual([]);
    const translator = createTranslator(all);
    const sample = Buffer.from(
      '<Manifest xmlns="urn:Declaration:datamodel:standard:CN:MT1101:1"><Head><MessageType>MT1101</MessageType></Head><Declaration/></Manifest>',
    );
    expect(translator.detect(sample).detection?.mapping).toBe('cn-manifest/MT1101');
    expect(translator.decode(sample, { mapping: 'aa-port/MT1101' }).messages[0]?.mapping.id).toBe('aa-port/MT1101');
  });
});
