import { describeCall } from '../described-calls.ts';
import { describeFile } from '../store.ts';
import type { World } from '../world.ts';

const CALLS = 200;

/** All there is to see, as one JSON value: the page paints it, other processes read it. */
export function snapshot(world: World) {
  const { store, faults, delivery, backstage } = world;
  return {
    version: store.changes.version,
    identity: store.identity,
    commands: world.credentials.commands,
    shortcuts: world.credentials.shortcuts,
    usageHints: world.credentials.usageHints,
    users: [...store.users.values()],
    userGroups: store.userGroups,
    channels: [...store.channels.values()],
    messages: store.messages,
    modals: Object.fromEntries(store.modals),
    homes: Object.fromEntries(store.homes),
    files: [...store.files.values()].map(describeFile),
    calls: store.calls.slice(-CALLS).map(describeCall),
    acks: store.acks.slice(-CALLS),
    connections: delivery.connections(),
    faults,
    troubles: backstage.shown(),
    gauges: backstage.gauges(),
  };
}
