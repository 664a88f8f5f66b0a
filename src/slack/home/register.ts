import type { App } from '@slack/bolt';
import { isFailure } from '../../deploy/record/errors.ts';
import { refuseEntry } from '../entrance/refuse-entry.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';

/** Somebody opens the Home tab. Delivered twice, it is drawn twice, and looks the same. */
export function registerHomeTab(app: App, ports: SlackPorts): void {
  const { home, log } = ports;
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    try {
      if (await refuseEntry(ports, { user: event.user }, 'ordinary')) return;
      await home.show(event.user);
    } catch (error) {
      // Nobody asked a question that could be answered: the tab stays as it was, and the next look tries again.
      if (!slackErrorOf(error) && !isFailure(error)) throw error;
      log.warn({ user: event.user, err: error }, 'the Home tab could not be drawn');
    }
  });
}
