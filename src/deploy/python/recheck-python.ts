import { checkPython, errorsIn } from './check-python.ts';
import type { HostFacts } from '../record/facts.ts';
import { pythonFailed } from './findings.ts';
import { oldestPython } from './version.ts';
import type { StageContext } from '../step/stage.ts';

/**
 * The bot's checks once more where the hosts run another Python than the one they were made for: the first
 * deployment, or an interpreter that has changed. Returns the version, if Python is checked at all.
 */
export async function recheckPython(
  context: StageContext,
  hosts: Record<string, HostFacts>,
): Promise<string | undefined> {
  const oldest = oldestPython(hosts);
  const { checkedFor } = context.facts;
  // A declared version may be older than every host: then it was the stricter one.
  if (oldest === undefined || checkedFor === undefined || isOlder(checkedFor, oldest))
    return checkedFor;
  const checked = await checkPython(context, oldest);
  const errors = checked ? errorsIn(checked.report) : [];
  if (errors.length > 0)
    throw pythonFailed(errors, ` for Python ${oldest} of ${runs(hosts, oldest)}`);
  return oldest;
}

function isOlder(version: string, than: string): boolean {
  return version === than || Number(version.slice(2)) < Number(than.slice(2));
}

function runs(hosts: Record<string, HostFacts>, version: string): string {
  const names = Object.keys(hosts).filter((name) => oldestPython(pick(hosts, name)) === version);
  return names.join(', ');
}

function pick(hosts: Record<string, HostFacts>, name: string): Record<string, HostFacts> {
  const facts = hosts[name];
  return facts ? { [name]: facts } : {};
}
