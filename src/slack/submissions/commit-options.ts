// Fills in the commits of the deploy form while a person types.
import type { App, BlockAction, StaticSelectAction } from '@slack/bolt';
import { isFailure } from '../../deploy/record/errors.ts';
import { cleanMessage } from '../api/clean-message.ts';
import { safeAck } from '../entrance/safe-ack.ts';
import { deployWords } from '../grammar/words.ts';
import { deployable, pastCommits } from '../requests/deploy-form.ts';
import { placeStatus } from '../requests/place-status.ts';
import { refuseEntry } from '../entrance/refuse-entry.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { ids, valueOf } from '../contract/values.ts';
import { commitOptions, type Suggestions } from '../views/form/commit-options.ts';
import { deployModal, targetValue } from '../views/form/deploy-modal.ts';
import { DeployMetadata } from './deploy.ts';

/** What makes the deploy form answer while it is filled in. */
export function registerDeployForm(app: App, ports: SlackPorts): void {
  app.options<'block_suggestion'>(
    { type: 'block_suggestion', action_id: ids.deployCommit },
    async ({ body, ack }) => {
      const suggested = await suggestions(ports, body.user.id, body.block_id, body.value);
      await safeAck(ports, () => ack(suggested ?? { options: [] }));
    },
  );
  app.action<BlockAction<StaticSelectAction>>(
    { type: 'block_actions', action_id: ids.deployTarget },
    async ({ body, action, ack }) => {
      await safeAck(ports, () => ack());
      await showAnother(ports, body, action.selected_option?.value ?? '');
    },
  );
}

/** None for whoever may not deploy that: its commits are nobody else's to read. */
async function suggestions(
  ports: SlackPorts,
  user: string,
  block: string,
  text: string,
): Promise<Suggestions | undefined> {
  try {
    if (await refuseEntry(ports, { user }, 'typing')) return undefined;
    const of = block.slice(block.indexOf(':') + 1);
    const target = (await deployable(ports, user, undefined)).find(
      (one) => targetValue(one) === of,
    );
    if (!target) return undefined;
    const offered = await ports.commits.newest(target);
    const past = offered.kind === 'fresh' ? [] : await pastCommits(ports, target);
    const typed = { text, isRef: isRef(text.trim()) };
    return cleanMessage(ports.redactor, commitOptions(target, offered, past, typed));
  } catch (error) {
    const words = ports.redactor.clean(String(error));
    ports.log.warn({ user, error: words }, 'no commits could be offered');
    return undefined;
  }
}

const isRef = (text: string): boolean =>
  text !== '' && typeof deployWords(['idle', text]) !== 'string';

/** The same form with the commits of what was chosen; what else was filled in stays. */
async function showAnother(ports: SlackPorts, body: BlockAction, chosen: string): Promise<void> {
  const { view, user } = body;
  const metadata = DeployMetadata.safeParse(valueOf(view?.private_metadata));
  if (!view || !metadata.success) return;
  const { channel } = metadata.data;
  try {
    if (await refuseEntry(ports, { user: user.id }, 'ordinary')) return;
    const targets = await deployable(ports, user.id, channel);
    const target = targets.find((one) => targetValue(one) === chosen);
    if (!target) return;
    ports.commits.prepare(target);
    const first = await placeStatus(ports, target);
    const { id: view_id, hash } = view;
    await ports.client.views.update({
      view_id,
      hash,
      view: deployModal({ targets, first, channel }),
    });
  } catch (error) {
    if (!slackErrorOf(error) && !isFailure(error)) throw error;
    // The commits of the service before stay on offer, and the form refuses them when it comes back.
    ports.log.warn({ user: user.id, err: error }, 'the deploy form could not be drawn anew');
  }
}
