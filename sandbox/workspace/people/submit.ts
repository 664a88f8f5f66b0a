import { ApiError } from '../api/errors.ts';
import { makeView } from '../api/views.ts';
import { deliver } from '../delivery/courier.ts';
import { isRecord, records, stringOf } from '../model.ts';
import type { Json, View } from '../model.ts';
import type { World } from '../world.ts';
import { interaction } from './click.ts';
import { answerOf } from './elements.ts';
import type { Input } from './elements.ts';
import { answerKey, statefulElements } from './view-state.ts';

export type Values = Record<string, Input>;

export interface SubmitResult {
  ok: boolean;
  error?: string;
  /** By block_id: from the form itself or from the app's `response_action: errors`. */
  errors?: Record<string, string>;
}

function labelOf(block: Json): string {
  return isRecord(block.label) ? stringOf(block.label.text) : '';
}

/** Writes answers, named by block_id, action_id or label, into the view's state. */
function fill(view: View, values: Values): void {
  const fields = statefulElements(view.blocks);
  for (const [name, input] of Object.entries(values)) {
    const field = fields.find(
      ({ block, element }) =>
        block.block_id === name || element.action_id === name || labelOf(block) === name,
    );
    if (!field) throw new Error(`the view has no field ${name}`);
    const blockId = stringOf(field.block.block_id);
    const actionId = stringOf(field.element.action_id);
    (view.state.values[blockId] ??= {})[actionId] = answerOf(field.element, input);
  }
}

function complaint(block: Json, element: Json, answer: unknown): string | undefined {
  const empty = answer === null || answer === '' || (Array.isArray(answer) && answer.length === 0);
  if (empty) return block.optional === true ? undefined : 'Please complete this required field.';
  if (element.type !== 'plain_text_input' || typeof answer !== 'string') return undefined;
  const { min_length: min = 0, max_length: max = 3000 } = element;
  if (answer.length < Number(min)) return `Must be at least ${String(min)} characters.`;
  return answer.length > Number(max) ? `Must be at most ${String(max)} characters.` : undefined;
}

/** What Slack's own form checks refuse before the app hears of it. */
function incomplete(view: View): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { block, element } of statefulElements(view.blocks)) {
    if (block.type !== 'input') continue;
    const blockId = stringOf(block.block_id);
    const answer = view.state.values[blockId]?.[stringOf(element.action_id)];
    const message = complaint(block, element, answer?.[answerKey(element.type)]);
    if (message !== undefined) errors[blockId] = message;
  }
  return errors;
}

function appErrors(view: View, given: unknown): SubmitResult {
  const inputs = new Set(records(view.blocks).map((b) => (b.type === 'input' ? b.block_id : '')));
  const entries = isRecord(given) ? Object.entries(given) : [];
  if (entries.length === 0) throw new ApiError('errors_without_messages');
  for (const [block] of entries)
    if (!inputs.has(block)) throw new ApiError(`errors_for_no_input_block:${block}`);
  return { ok: false, errors: Object.fromEntries(entries.map(([k, v]) => [k, stringOf(v)])) };
}

/** What the acknowledgement of a submission makes of the stack of modals. */
function follow(world: World, user: string, view: View, answer: unknown): SubmitResult {
  const stack = (world.store.modals.get(user) ?? []).filter((one) => one !== view);
  const put = (views: View[]): SubmitResult => {
    world.store.modals.set(user, views);
    world.store.changes.emit('view');
    return { ok: true };
  };
  if (!isRecord(answer) || answer.response_action === undefined)
    return put(view.clear_on_close === true ? [] : stack);
  switch (stringOf(answer.response_action)) {
    case 'errors':
      return appErrors(view, answer.errors);
    case 'clear':
      return put([]);
    case 'update':
      return put([...stack, makeView(answer.view, 'modal', world, view)]);
    case 'push':
      if (stack.length >= 2) throw new ApiError('push_limit_reached');
      return put([...stack, view, makeView(answer.view, 'modal', world)]);
    default:
      throw new ApiError('unknown_response_action');
  }
}

export async function submitView(world: World, user: string, viewId: string, values: Values) {
  const view = world.store.modals.get(user)?.find((one) => one.id === viewId);
  if (!view) throw new Error(`${user} has no open view ${viewId}`);
  fill(view, values);
  const errors = incomplete(view);
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const payload = { ...interaction(world, 'view_submission', user), view, response_urls: [] };
  const reply = await deliver(world, 'interactive', payload);
  if (!reply.ok) return { ok: false, error: reply.error };
  try {
    return follow(world, user, view, reply.payload);
  } catch (error) {
    if (error instanceof ApiError) return { ok: false, error: error.message };
    throw error;
  }
}

/** The user closes the topmost modal; the app is told if it asked to be. */
export async function cancelView(world: World, user: string, viewId: string): Promise<void> {
  const stack = world.store.modals.get(user) ?? [];
  const view = stack.find((one) => one.id === viewId);
  if (!view) throw new Error(`${user} has no open view ${viewId}`);
  const rest = view.clear_on_close === true ? [] : stack.filter((one) => one !== view);
  world.store.modals.set(user, rest);
  world.store.changes.emit('view');
  if (view.notify_on_close !== true) return;
  const payload = { ...interaction(world, 'view_closed', user), view, is_cleared: false };
  await deliver(world, 'interactive', payload);
}
