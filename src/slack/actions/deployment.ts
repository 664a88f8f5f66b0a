// Answers the buttons in a deployment's thread: retry, roll back, another slot, log, alert, queue and lock.
import { releaseToReturnTo } from '../../deploy/acts/roll-back.ts';
import { acknowledge, snooze, SNOOZE_MINUTES } from '../../deploy/acts/update-alert.ts';
import { otherSlot } from '../../deploy/record/events.ts';
import { cleanEnd } from '../../deploy/secrets/clean-ends.ts';
import { unlock } from '../commands/locks.ts';
import { ForAlert, ForDeployment, ForLock, ForRequest, ForStage, ids } from '../contract/values.ts';
import { leaveQueue, performAct } from '../requests/acts.ts';
import { onTarget, refusal } from '../requests/authorize.ts';
import { requestDeployment, retry } from '../requests/request-deployment.ts';
import { askForReason } from '../requests/roll-back.ts';
import { say } from '../views/answers/answers.ts';
import { when } from '../views/parts/text.ts';
import { logOf, stageLog } from '../views/thread/stage-log.ts';
import { button, deploymentButton } from './button.ts';

/** Only this many characters at a log's end are redacted, to save time. The answer shows fewer of them. */
const LOG_CHARACTERS = 100_000;

/** A second click within this time queues nothing more: an equal deployment may be in the queue on purpose. */
const DOUBLE_CLICK_SECONDS = 10;

function alertButton(id: string, act: typeof acknowledge, done: () => string) {
  const options = { id, value: ForAlert, action: { kind: 'acknowledge' } } as const;
  return deploymentButton(options, ({ value }, interaction) =>
    performAct(
      interaction,
      value.d,
      (d, actor) => act(d, value.a, actor),
      () => say(`${done()} The watch and the automatic rollback continue.`),
    ),
  );
}

export const deploymentButtons = [
  deploymentButton(
    { id: ids.retry, value: ForDeployment, action: { kind: 'deploy' } },
    async ({ deployment, target }, interaction) =>
      // A Retry button in an old thread must not deploy its old commit over a newer deployment.
      deployment.superseded
        ? refusal({ kind: 'superseded' })
        : retry(interaction, target, deployment),
  ),
  deploymentButton(
    { id: ids.rollback, value: ForDeployment, action: { kind: 'rollback' }, urgent: true },
    ({ deployment, value: { d } }, interaction) => {
      const { facts, request } = deployment;
      const r = releaseToReturnTo(deployment) ?? facts.rollbackTo?.release;
      return askForReason(interaction, { s: request.service, e: request.environment, d, r }, facts);
    },
  ),
  // The button of a deployment that was refused because its slot is live: requests it again for the other slot.
  deploymentButton(
    { id: ids.deployOther, value: ForDeployment, action: { kind: 'deploy' } },
    async ({ deployment: { request, superseded }, target }, interaction) => {
      if (superseded) return refusal({ kind: 'superseded' });
      if (!('slot' in request))
        return say('That deployment named no slot. Nothing was started. *Next:* `/argo deploy`.');
      const slot = request.slot === 'idle' ? request.slot : otherSlot(request.slot);
      return requestDeployment(interaction, target, { ...request, slot });
    },
  ),
  // Queues a deployment behind an equal running one: its branch may have newer commits when it starts.
  button({ id: ids.waitAnyway, value: ForRequest }, ({ s, e, slot, ref }, interaction) =>
    onTarget(interaction, { service: s, environment: e }, { kind: 'deploy' }, async (target) => {
      const wanted = { kind: 'deploy', slot, ref, dryRun: false } as const;
      const click = `wait-anyway:${interaction.user}:${s}:${e}:${slot}:${ref ?? ''}`;
      if (!(await interaction.ports.isFirstDelivery(click, DOUBLE_CLICK_SECONDS))) return undefined;
      return requestDeployment(interaction, target, wanted, true);
    }),
  ),
  deploymentButton(
    {
      id: ids.leaveQueue,
      value: ForDeployment,
      action: (deployment) => ({ kind: 'cancel', deployment }),
      urgent: true,
    },
    ({ deployment }, interaction) => leaveQueue(interaction, deployment),
  ),
  // Shows the end of a stage's log only to the person who clicked, who needs the role for `/argo logs`.
  deploymentButton(
    { id: ids.showLog, value: ForStage, action: { kind: 'logs' } },
    async ({ deployment, value: { s: name } }, { ports: { redactor } }) => {
      const stage = deployment.stages.find((candidate) => candidate.name === name);
      const log = stage && logOf(stage);
      if (!stage || log === undefined) return say('That stage has no log.');
      const clean = (text: string) => redactor.cleanInSlices(text);
      return stageLog(stage.noun, await cleanEnd(clean, log, LOG_CHARACTERS));
    },
  ),
  alertButton(ids.acknowledge, acknowledge, () => 'Acknowledged.'),
  alertButton(
    ids.snooze,
    snooze,
    () => `Snoozed until ${when(Date.now() + SNOOZE_MINUTES * 60_000)}.`,
  ),
  button({ id: ids.unlock, value: ForLock, urgent: true }, ({ s, e, l: lockedAt }, interaction) =>
    unlock({ service: s, environment: e }, interaction, lockedAt),
  ),
];
