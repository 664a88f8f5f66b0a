// JavaScript: jest loads it together with its own settings.
import Sequencer from '@jest/test-sequencer';

/** Where suites take longest: campaigns above all, in files that are short. */
const LONGEST = ['chaos', 'faults', 'browser', 'field', 'e2e', 'host', 'sandbox', 'redis', 'jobs'];

function rankOf({ path }) {
  const place = LONGEST.findIndex((folder) => path.includes(`/test/${folder}/`));
  return place === -1 ? LONGEST.length : place;
}

/**
 * Jest begins with what took longest the last time, so that no worker ends long after the others. Where it knows of no
 * last time, as in CI, it goes by the size of files; here it goes by their folders first.
 */
export default class LongestFirst extends Sequencer {
  sort(suites) {
    // oxlint-disable-next-line unicorn/no-array-sort -- Jest's own, not an array's
    const sorted = super.sort(suites);
    const timed = sorted.filter(({ duration }) => duration !== undefined);
    const others = sorted.filter(({ duration }) => duration === undefined);
    return [...others.toSorted((one, two) => rankOf(one) - rankOf(two)), ...timed];
  }
}
