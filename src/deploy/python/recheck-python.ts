// Decides whether Python is checked again because the hosts run another version than expected.
import { checkPython, errorsIn } from './check-python.ts';
import type { HostFacts } from '../record/facts.ts';
import { pythonFailure } from './findings.ts';
import { oldestPython } from './version.ts';
import type { StageContext } from '../step/stage.ts';

/**
 * Checks again for the oldest Python of the hosts, after the first deployment or a changed interpreter. Returns the
 * version, if Python is checked. Fails with StageFailed `python-findings`.
 */
export async function recheckPython(
  context: StageContext,
  hosts: Record<string, HostFacts>,
): Promise<string | undefined> {
  const oldest = oldestPython(hosts);
  const { checkedFor } = context.facts;
  // A declared version that is older than every host was the stricter check.
  if (oldest === undefined || checkedFor === undefined || isOlder(checkedFor, oldest))
    return checkedFor;
  const checked = await checkPython(context, oldest);
  const errors = checked ? errorsIn(checked.report) : [];
  if (errors.length > 0)
    throw pythonFailure(errors, ` for Python ${oldest} of ${hostsRunning(hosts, oldest)}`);
  return oldest;
}

function isOlder(version: string, than: string): boolean {
  return version === than || Number(version.slice(2)) < Number(than.slice(2));
}

function hostsRunning(hosts: Record<string, HostFacts>, version: string): string {
  const names = Object.keys(hosts).filter((name) => oldestPython(pick(hosts, name)) === version);
  return names.join(', ');
}

function pick(hosts: Record<string, HostFacts>, name: string): Record<string, HostFacts> {
  const facts = hosts[name];
  return facts ? { [name]: facts } : {};
}
