// Decides which workspace the bot belongs to, and whether a payload comes from that workspace.
import type { Workspace, FindWorkspace, SlackClient } from '../contract/ports.ts';
import { z } from 'zod';
import { remembered } from '../api/remembered.ts';
import { Misconfigured } from '../../deploy/record/errors.ts';

/** Caches Slack's answer forever, because the workspace of a token never changes. */
export function createFindWorkspace(client: Pick<SlackClient, 'auth'>): FindWorkspace {
  const find = remembered(() => readWorkspace(client), Infinity);
  return () => find('');
}

async function readWorkspace(client: Pick<SlackClient, 'auth'>): Promise<Workspace> {
  const { team_id: team, enterprise_id, is_enterprise_install } = await client.auth.test();
  if (is_enterprise_install === true || team === undefined) {
    throw new Misconfigured('the bot token is of a whole organization, not of one workspace', {
      code: 'org-wide-install',
      next: 'Install the app in one workspace (Install App → the workspace), and copy that bot token into SLACK_BOT_TOKEN.',
    });
  }
  return { team, enterprise: enterprise_id };
}

const Id = z.string().nullish();

/** The fields in which commands, interactions and events name a workspace. */
const Payload = z.object({
  team_id: Id,
  enterprise_id: Id,
  is_enterprise_install: z.union([z.boolean(), z.string()]).nullish(),
  team: z.object({ id: Id, enterprise_id: Id }).nullish(),
  enterprise: z.object({ id: Id }).nullish(),
  user: z.object({ team_id: Id }).nullish(),
});

/** Returns why a payload is not from this workspace; undefined if it is. */
export function whyForeign(body: unknown, { team, enterprise }: Workspace): string | undefined {
  const read = Payload.safeParse(body);
  if (!read.success) return 'its workspace cannot be read';
  const { data } = read;
  if (data.is_enterprise_install === true || data.is_enterprise_install === 'true')
    return 'it is of an installation for a whole organization';
  const from = data.team_id ?? data.team?.id;
  if (from !== team) return `it is of workspace ${from ?? 'unknown'}`;
  const organization = data.enterprise_id ?? data.enterprise?.id ?? data.team?.enterprise_id;
  if (organization && organization !== enterprise) return `it is of organization ${organization}`;
  const home = data.user?.team_id;
  // In an Enterprise organization, a user's home may be another workspace. membership.ts checks such users.
  if (home && home !== team && enterprise === undefined) return `its user is of workspace ${home}`;
  return undefined;
}
