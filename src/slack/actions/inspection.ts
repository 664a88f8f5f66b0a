// Answers the buttons of an inspection: shares its result in the channel, or shows its whole log.
import { describeInspection } from '../../deploy/inspections/inspection.ts';
import type { Answer, Interaction } from '../contract/interaction.ts';
import { ForInspection, ids } from '../contract/values.ts';
import { onTarget } from '../requests/authorize.ts';
import { openModal } from '../requests/deploy-form.ts';
import { say } from '../views/answers/answers.ts';
import { type Inspected, sharedInspection, wholeLogModal } from '../views/inspections/answer.ts';
import { button } from './button.ts';

/** A second click within this time does not share the result again. */
const SHARED_SECONDS = 60;

/** Builds a button that runs `act` with the stored result, if the person has the role for that inspection. */
function resultButton(id: string, act: (shown: Inspected, interaction: Interaction) => Answer) {
  return button({ id, value: ForInspection }, async ({ i }, interaction) => {
    const { request, result } = (await interaction.ports.inspections.read(i)) ?? {};
    if (!request || !result)
      return say('That result is older than an hour. Type the command again.');
    const { action } = describeInspection(request);
    return onTarget(interaction, request, action, (target) =>
      act({ request, result, target }, interaction),
    );
  });
}

export const inspectionButtons = [
  resultButton(ids.shareInspection, async (shown, { ports, user }) =>
    (await ports.isFirstDelivery(`share:${shown.request.id}`, SHARED_SECONDS))
      ? sharedInspection(shown, user)
      : undefined,
  ),
  resultButton(ids.wholeLog, (shown, interaction) => openModal(interaction, wholeLogModal(shown))),
];
