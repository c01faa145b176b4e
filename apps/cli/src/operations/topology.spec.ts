import { vhostOf } from './topology.ts';

it.each([
  [undefined, '/'],
  ['amqp://gateway@broker', '/'],
  ['amqp://gateway@broker/', '/'],
  ['amqps://gateway@broker/landbridge', 'landbridge'],
  ['amqp://gateway@broker/a%2Fb', 'a/b'],
])('reads the virtual host of %p', (url, vhost) => {
  expect(vhostOf(url)).toBe(vhost);
});
