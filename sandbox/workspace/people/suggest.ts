import { refuseOptions } from '../blocks/selects.ts';
import { deliver } from '../delivery/courier.ts';
import { isRecord, records } from '../model.ts';
import type { Json, View } from '../model.ts';
import type { World } from '../world.ts';
import { interaction } from './click.ts';
import { findTarget } from './elements.ts';
import { suggested } from './suggested.ts';

export interface Suggested {
  ok: boolean;
  error?: string;
  groups: { label?: unknown; options: Json[] }[];
}

/** Somebody opens a select whose options come from the app, or types into it. */
export async function suggest(
  world: World,
  user: string,
  view: View,
  wanted: string,
  typed: string,
): Promise<Suggested> {
  const { element, blockId } = findTarget(view.blocks, wanted);
  const { trigger_id: _, ...asked } = interaction(world, 'block_suggestion', user);
  const reply = await deliver(world, 'interactive', {
    ...asked,
    action_id: element.action_id,
    block_id: blockId,
    value: typed,
    container: { type: 'view', view_id: view.id },
    // What was filled in so far is not told: Slack does not either.
    view: { ...view, state: { values: {} } },
  });
  if (!reply.ok) return { ok: false, error: reply.error, groups: [] };
  const errors = refuseOptions(reply.payload);
  if (errors.length > 0 || !isRecord(reply.payload))
    return { ok: false, error: errors.join('; '), groups: [] };
  const { options, option_groups: grouped } = reply.payload;
  const groups = records(grouped).map((one) => ({
    label: one.label,
    options: records(one.options),
  }));
  const all = groups.length > 0 ? groups : [{ options: records(options) }];
  suggested.set(
    element,
    all.flatMap((group) => group.options),
  );
  return { ok: true, groups: all };
}
