// Answers the buttons of an inspection: shares its result in the channel, or shows its whole log.
import { describeInspection, type Inspection } from '../../deploy/inspections/inspection.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { ForInspection, ids } from '../contract/values.ts';
import { onTarget } from '../requests/authorize.ts';
import { openModal } from '../requests/deploy-form.ts';
import { say } from '../views/answers/answers.ts';
import { sharedInspection, wholeLogModal } from '../views/inspections/answer.ts';
import { button } from './button.ts';

/** A second click within this time does not share the result again. */
const SHARED_SECONDS = 60;

type Shown = Pick<Inspection, 'request'> & {
  result: NonNullable<Inspection['result']>;
  target: Target;
};

/** Builds a button that runs `act` with the stored result, if the person has the role for that inspection. */
function resultButton(
  id: string,
  act: (shown: Shown, interaction: Interaction) => Promise<Reply | undefined>,
) {
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
  resultButton(ids.shareInspection, async ({ request, result, target }, { ports, user }) =>
    (await ports.isFirstDelivery(`share:${request.id}`, SHARED_SECONDS))
      ? sharedInspection(request, result, target, user)
      : undefined,
  ),
  resultButton(ids.wholeLog, ({ request, result }, interaction) =>
    openModal(interaction, wholeLogModal(request, result)),
  ),
];
