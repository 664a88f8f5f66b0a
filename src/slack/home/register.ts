// Does the first drawing of the Home tab, when a person opens it.
import type { App } from '@slack/bolt';
import { isFailure } from '../../deploy/record/errors.ts';
import { refuseEntry } from '../entrance/refuse-entry.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';

/** Not deduplicated: publishing twice shows the same tab. */
export function registerHomeTab(app: App, ports: SlackPorts): void {
  const { home, log } = ports;
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    try {
      if (await refuseEntry(ports, { user: event.user }, 'ordinary')) return;
      await home.show(event.user);
    } catch (error) {
      // There is no request to answer: the tab stays as it was, and the next visit tries again.
      if (!slackErrorOf(error) && !isFailure(error)) throw error;
      log.warn({ user: event.user, err: error }, 'the Home tab could not be drawn');
    }
  });
}
