// Refuses payloads of other workspaces before they reach a listener, even if Slack signed them.
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { safeAck } from './handle-interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { whyForeign } from './workspace.ts';

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
      'refused a request from another Slack workspace',
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
