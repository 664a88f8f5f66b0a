// Builds the block about added, removed and updated Python packages.
import type { KnownBlock } from '@slack/types';
import type { Facts } from '../../../deploy/record/facts.ts';
import { section } from '../parts/blocks.ts';
import { capped, code, counted, number, quoted } from '../parts/text.ts';

const SHOWN = 6;

export function packageBlocks({ packageChanges }: Facts): KnownBlock[] {
  if (!packageChanges || packageChanges.count === 0) return [];
  const { count, some } = packageChanges;
  const lines = capped(
    some.slice(0, SHOWN).map(({ package: name, before, after }) => {
      const mark = before === undefined ? '+' : after === undefined ? '−' : '~';
      const versions = [before, after].filter((one) => one !== undefined);
      return `${mark} ${code(name, 60)} ${versions.map((one) => quoted(one, 60)).join(' → ')}`;
    }),
    SHOWN,
    900,
  );
  const left = count - Math.min(SHOWN, some.length);
  const title = `${counted(count, 'package')} ${count === 1 ? 'changes' : 'change'}`;
  const more = left > 0 ? [`… ${number(left)} more`] : [];
  return [section([`*${title}*`, ...lines, ...more].join('\n'))];
}
