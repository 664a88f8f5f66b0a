import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { WorkspaceOptions } from './workspace/workspace.ts';

const Manifest = z.object({
  features: z.object({
    shortcuts: z.array(
      z.object({ name: z.string(), type: z.enum(['global', 'message']), callback_id: z.string() }),
    ),
    slash_commands: z.array(z.object({ command: z.string(), usage_hint: z.string() })),
  }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
});

type Manifested = Pick<WorkspaceOptions, 'usageHints' | 'shortcuts' | 'botScopes' | 'botEvents'>;

/** What manifest.yml says of the app, as the workspace wants it. */
export function manifested(): Manifested {
  const text = readFileSync(join(import.meta.dirname, '..', 'manifest.yml'), 'utf8');
  const { features, settings, oauth_config } = Manifest.parse(parse(text));
  return {
    usageHints: Object.fromEntries(
      features.slash_commands.map((one) => [one.command, one.usage_hint]),
    ),
    shortcuts: features.shortcuts,
    botScopes: oauth_config.scopes.bot,
    botEvents: settings.event_subscriptions.bot_events,
  };
}
