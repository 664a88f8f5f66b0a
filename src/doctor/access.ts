// Finds roles in argo.yml that nobody has, and approvals that nobody can give.
import type { EnvironmentSettings } from '../deploy/settings/settings.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

const EDIT = 'name ids in argo.yml, then run: sudo systemctl restart argo-bot';

/** The roles that somebody must have, and the consequence if nobody has one. */
const NEEDED = [
  { role: 'channels', judge: fail, so: 'no command is accepted' },
  { role: 'deploy', judge: fail, so: 'nobody can deploy' },
  { role: 'approve', judge: fail, so: 'nobody can approve' },
  { role: 'rollback', judge: warn, so: 'nobody can roll back by hand' },
  { role: 'unlock', judge: warn, so: 'nobody can unlock by hand' },
] as const;

/** `place` names the service and environment, such as `engine in production`, for the text of findings. */
export function accessFindings(place: string, settings: EnvironmentSettings): Finding[] {
  const { access, approval } = settings;
  const found = NEEDED.filter(({ role }) => access[role].length === 0).map(({ role, judge, so }) =>
    judge('access', `${place}: access.${role} is empty, so ${so}`, EDIT),
  );
  const everyone = new Set([...access.deploy, ...access.approve]);
  const [only] = everyone;
  if (
    approval.four_eyes &&
    everyone.size === 1 &&
    access.approve.length > 0 &&
    only?.startsWith('U')
  ) {
    found.push(
      fail(
        'access',
        `${place}: only ${only} may deploy and approve, and with four_eyes nobody approves their own`,
        'name a second person in access.approve, or set approval: { four_eyes: false }',
      ),
    );
  }
  const { approvers } = approval;
  // A list with a user group is not counted, because argo.yml does not tell the group's size.
  const people = new Set(access.approve);
  const grouped = [...people].some((id) => id.startsWith('S'));
  if (people.size > 0 && !grouped && people.size < approvers) {
    found.push(
      fail(
        'access',
        `${place}: approval.approvers is ${approvers}, and access.approve names ${people.size}`,
        'name more people in access.approve, or lower approval.approvers',
      ),
    );
  }
  return found.length > 0 ? found : [ok('access', `${place}: every role has somebody`)];
}
