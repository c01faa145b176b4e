import { listeningUrl } from './gateway-client.ts';
import { payloadOf } from './messages.ts';

it.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['0.0.0.0', 'http://127.0.0.1:8080'],
  ['::', 'http://[::1]:8080'],
  ['fd00::1', 'http://[fd00::1]:8080'],
  ['gateway.example', 'http://gateway.example:8080'],
])('reaches a gateway that listens on %s', (host, url) => {
  expect(listeningUrl(host, 8080)).toBe(url);
});

it('finds no document in bytes that are no frame', () => {
  expect(() => payloadOf(Buffer.from('x'))).toThrow('The transport frame cannot be read.');
});
