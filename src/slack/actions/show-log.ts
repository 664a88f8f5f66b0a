// Answers the button that shows the log of a stage, to people who may read logs.
import { cleanEnd } from '../../deploy/secrets/clean-ends.ts';
import { authorizeDeployment } from '../requests/authorize.ts';
import { ForStage, ids } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';
import { logOf, stageLog } from '../views/thread/stage-log.ts';
import { buttonListener } from './listener.ts';

/** How many characters at the log's end are redacted. The answer shows fewer of them. */
const CHARACTERS = 100_000;

/** Shows the last lines of a stage's log privately. The person needs the role of `/argo logs`. */
export const showLog = buttonListener({
  id: ids.showLog,
  value: ForStage,
  async run({ d: id, s: name }, interaction, ports) {
    const deployment = await ports.records.read(id);
    if (!deployment) return say('That deployment is no longer on record.');
    const authorized = await authorizeDeployment(ports, interaction, deployment, { kind: 'logs' });
    if (authorized.kind === 'refused') return authorized.reply;
    const stage = deployment.stages.find((candidate) => candidate.name === name);
    const log = stage && logOf(stage);
    return stage && log !== undefined
      ? stageLog(
          stage.noun,
          await cleanEnd((text) => ports.redactor.cleanInSlices(text), log, CHARACTERS),
        )
      : say('That stage has no log.');
  },
});
