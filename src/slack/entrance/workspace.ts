// Decides which workspace the bot belongs to, and refuses payloads of others, even if Slack signed them.
import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Workspace, FindWorkspace, SlackClient, SlackPorts } from '../contract/ports.ts';
import { safeAck } from './handle-interaction.ts';
import { remembered } from '../api/remembered.ts';
import { Misconfigured } from '../../deploy/record/errors.ts';

/** Caches Slack's answer forever, because the workspace of a token never changes. */
export function createFindWorkspace(client: Pick<SlackClient, 'auth'>): FindWorkspace {
  const find = remembered(async () => {
    const { team_id: team, enterprise_id, is_enterprise_install } = await client.auth.test();
    if (is_enterprise_install === true || team === undefined) {
      throw new Misconfigured('the bot token is of a whole organization, not of one workspace', {
        code: 'org-wide-install',
        next: 'Install the app in one workspace (Install App → the workspace), and copy that bot token into SLACK_BOT_TOKEN.',
      });
    }
    return { team, enterprise: enterprise_id };
  }, Infinity);
  return () => find('');
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

const MAX_LOGGED = 1_000;

const Sort = z.object({ type: z.string().optional(), command: z.string().optional() });

export function refuseForeign(app: App, ports: SlackPorts): void {
  const { log, redactor } = ports;
  /** Each reason is logged once, so that a flood of equal payloads does not fill the log. */
  const logged = new Set<string>();
  app.use(async (args) => {
    const why = await readWhyForeign(ports, args.body);
    if (why === undefined) return args.next();
    // Without a confirmation, Slack would deliver the payload again or show an error.
    if ('ack' in args && typeof args.ack === 'function') await safeAck(ports, args.ack);
    const { type, command } = Sort.safeParse(args.body).data ?? {};
    if (logged.has(why)) return;
    if (logged.size >= MAX_LOGGED) logged.clear();
    logged.add(why);
    log.warn(
      { what: command ?? type, why: redactor.clean(why) },
      'argo-bot ignored a request, because it does not clearly come from the workspace of the bot (see `why`); further requests with this `why` are not logged',
    );
  });
}

async function readWhyForeign(
  { findWorkspace }: SlackPorts,
  body: unknown,
): Promise<string | undefined> {
  try {
    return whyForeign(body, await findWorkspace());
  } catch (error) {
    return `Slack has not said which workspace the bot belongs to: ${String(error)}`;
  }
}
