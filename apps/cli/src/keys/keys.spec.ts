import { keysIn } from './keys.ts';

it.each([
  ['a key', { kty: 'EC' }, [{ kty: 'EC' }]],
  ['a set', { keys: [{ kty: 'EC' }, { kty: 'OKP' }] }, [{ kty: 'EC' }, { kty: 'OKP' }]],
  ['a list', [{ kty: 'EC' }], [{ kty: 'EC' }]],
  ['anything else', 'text', ['text']],
])('finds the keys in %s', (_, value, keys) => {
  expect(keysIn(value)).toEqual(keys);
});
