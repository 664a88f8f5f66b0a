import type { App } from '@slack/bolt';
import { register } from '../../../src/slack/bolt/register.ts';
import type { SlackPorts } from '../../../src/slack/contract/ports.ts';

/** What is tied to Bolt, by kind: ids as they are compared with those in a view. */
export type Registered = Record<
  'action' | 'options' | 'view' | 'command' | 'shortcut' | 'event',
  (string | RegExp)[]
>;

/** Has everything registered with an app that only writes down what for. */
export function registered(): Registered {
  const found: Registered = {
    action: [],
    options: [],
    view: [],
    command: [],
    shortcut: [],
    event: [],
  };
  const noting = (kind: keyof Registered) => (constraint: Constraint) =>
    void found[kind].push(idOf(constraint));
  const app: unknown = {
    use: () => undefined,
    action: noting('action'),
    options: noting('options'),
    view: noting('view'),
    command: noting('command'),
    shortcut: noting('shortcut'),
    event: noting('event'),
  };
  const ports: unknown = {};
  // Neither is used before something comes in, and nothing ever does.
  // oxlint-disable-next-line no-unsafe-type-assertion
  register(app as App, ports as SlackPorts);
  return found;
}

type Constraint = string | RegExp | { action_id?: string | RegExp; callback_id?: string | RegExp };

function idOf(constraint: Constraint): string | RegExp {
  if (typeof constraint === 'string' || constraint instanceof RegExp) return constraint;
  return constraint.action_id ?? constraint.callback_id ?? JSON.stringify(constraint);
}

export const hears = (ids: readonly (string | RegExp)[], id: string): boolean =>
  ids.some((one) => (typeof one === 'string' ? one === id : one.test(id)));
