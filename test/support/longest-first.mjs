// Two workers are busy to the end only when the long suites begin first. A fresh clone has no record of how long each took;
// this is the order jest itself would find after one run. A suite that is not named here is short and comes after them.
import Sequencer from '@jest/test-sequencer';

const LONGEST_FIRST = [
  'demo.e2e-spec',
  'chaos.int-spec',
  'store.int-spec',
  'crash-points.e2e-spec',
  'console.e2e-spec',
  'left-behind.e2e-spec',
  'cli-proof.int-spec',
  'amqp.int-spec',
  'folder.int-spec',
  'push.int-spec',
  'two-gateways.int-spec',
  'message-log.int-spec',
  'cli.int-spec',
  'mappings.spec',
  'lossless.spec',
];
const rank = ({ path }) => {
  const at = LONGEST_FIRST.findIndex((name) => path.endsWith(`/${name}.ts`));
  return at < 0 ? LONGEST_FIRST.length : at;
};

export default class LongestFirst extends Sequencer {
  async sort(tests) {
    const usual = await super.sort(tests);
    return [...usual].sort((a, b) => rank(a) - rank(b));
  }
}
