// Answers the deploy form while a person fills it in: offers commits, and redraws it for another service.
import type { App, BlockAction, StaticSelectAction } from '@slack/bolt';
import { isFailure } from '../../deploy/record/errors.ts';
import { cleanMessage } from '../api/clean-message.ts';
import { safeAck } from '../entrance/handle-interaction.ts';
import { deployWords } from '../grammar/words.ts';
import { pastCommits } from '../requests/deploy-form.ts';
import { permitted } from '../requests/permission.ts';
import { placeStatus } from '../requests/place-status.ts';
import { refuseEntry } from '../entrance/refuse-entry.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { ids, valueOf } from '../contract/values.ts';
import { commitOptions, type Suggestions } from '../views/form/commit-options.ts';
import { deployModal, targetValue } from '../views/form/deploy-modal.ts';
import { DeployMetadata } from './deploy.ts';

export function registerDeployForm(app: App, ports: SlackPorts): void {
  app.options<'block_suggestion'>(
    { type: 'block_suggestion', action_id: ids.deployCommit },
    async ({ body, ack }) => {
      const suggested = await suggestCommits(ports, body.user.id, body.block_id, body.value);
      await safeAck(ports, () => ack(suggested ?? { options: [] }));
    },
  );
  app.action<BlockAction<StaticSelectAction>>(
    { type: 'block_actions', action_id: ids.deployTarget },
    async ({ body, action, ack }) => {
      await safeAck(ports, ack);
      await redrawForm(ports, body, action.selected_option?.value ?? '');
    },
  );
}

/** Returns commits for the form's list; none to people who may not deploy there, because commits are private. */
async function suggestCommits(
  ports: SlackPorts,
  user: string,
  block: string,
  text: string,
): Promise<Suggestions | undefined> {
  try {
    if (await refuseEntry(ports, { user }, 'typing')) return undefined;
    const of = block.slice(block.indexOf(':') + 1);
    const target = (await permitted(ports, { user }, { kind: 'deploy' })).find(
      (one) => targetValue(one) === of,
    );
    if (!target) return undefined;
    const offered = await ports.commits.newest(target);
    const past = offered.kind === 'fresh' ? [] : await pastCommits(ports, target);
    const typed = { text, isRef: isRef(text.trim()) };
    return cleanMessage(ports.redactor, commitOptions(target, offered, past, typed));
  } catch (error) {
    const words = ports.redactor.clean(String(error));
    ports.log.warn(
      { user, error: words },
      'an error keeps the deploy form from showing commits; the person can still use /argo deploy. If this repeats, report it as a bug',
    );
    return undefined;
  }
}

const isRef = (text: string): boolean =>
  text !== '' && typeof deployWords(['idle', text]) !== 'string';

/** Redraws the form for the chosen service and environment. Slack keeps the input of the other fields. */
async function redrawForm(ports: SlackPorts, body: BlockAction, chosen: string): Promise<void> {
  const { view, user } = body;
  const metadata = DeployMetadata.safeParse(valueOf(view?.private_metadata));
  if (!view || !metadata.success) return;
  const { channel } = metadata.data;
  try {
    if (await refuseEntry(ports, { user: user.id }, 'ordinary')) return;
    const targets = await permitted(ports, { user: user.id, channel }, { kind: 'deploy' });
    const target = targets.find((one) => targetValue(one) === chosen);
    if (!target) return;
    ports.commits.prepare(target);
    const first = await placeStatus(ports, target);
    const { id: view_id, hash } = view;
    const redrawn = cleanMessage(ports.redactor, deployModal({ targets, first, channel }));
    await ports.client.views.update({ view_id, hash, view: redrawn });
  } catch (error) {
    if (!slackErrorOf(error) && !isFailure(error)) throw error;
    // The form still offers commits of the previous service. `readDeployForm` refuses such a commit.
    ports.log.warn(
      { user: user.id, err: error },
      'the deploy form could not be updated after a person chose another service. It still shows commits of the previous service, but refuses them; the person can open the form again',
    );
  }
}
