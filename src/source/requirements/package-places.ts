// Decides where packages may come from: the release, the folder of wheels, or a declared address.
import path from 'node:path';
import type { DeclaredRequirements } from '../../deploy/ports/ports.ts';
import { percentDecoded } from '../../deploy/untrusted/percent-encoding.ts';
import type { Problem } from '../files/walk.ts';

type Rules = Pick<DeclaredRequirements, 'addresses' | 'wheels'>;
export type Refusal = Pick<Problem, 'problem' | 'next'>;

/** PyPI is the default index if argo.yml declares no addresses. */
const PYPI = 'https://pypi.org/simple';

/** Why packages must not come from the path or address `given`; undefined if they may. */
export function refusePlace(given: string, rules: Rules, isIndex: boolean): Refusal | undefined {
  const file = /^file:(?:\/\/(?:localhost)?(?=\/))?(.*)$/is.exec(given)?.[1];
  const local = file?.replace(/#.*$/s, '') ?? given;
  if (file !== undefined || !/^[a-z][a-z0-9+.-]*:|^[^/\s]+@[^/\s]+:/i.test(given)) {
    const absolute = path.posix.normalize(percentDecoded(local));
    const { wheels } = rules;
    if (
      !/^[/~\\]/.test(absolute) ||
      (wheels !== undefined && `${absolute}/`.startsWith(`${wheels}/`))
    )
      return undefined;
    return {
      problem: `names ${shown(local)}, which is outside the release`,
      next: 'Commit it, and use a path inside the release. Wheels on the host belong in `python.wheels` in argo.yml.',
    };
  }
  const address = withoutLogin(given);
  const known = rules.addresses.length === 0 && isIndex ? [PYPI] : rules.addresses;
  if (known.some((one) => isBelow(address, one))) return undefined;
  return undeclared(`takes packages from ${shown(address)}`, rules);
}

export function undeclared(what: string, { addresses }: Rules): Refusal {
  const list = addresses.length > 0 ? addresses.join(' ') : 'none';
  return {
    problem: `${what}, which \`python.addresses\` in argo.yml does not list (listed: ${list})`,
    next: 'Remove the line, or add the address to `python.addresses` in argo.yml.',
  };
}

export const withoutLogin = (address: string): string => address.replace(/(:\/\/)[^/\s@]*@/g, '$1');
/** The text without a login and shortened, because it is posted in Slack. */
export const shown = (text: string): string => withoutLogin(text).slice(0, 120);

/** Whether an address is below a declared one: `git+https://host/a.git@v1` is below `https://host/`. */
function isBelow(address: string, below: string): boolean {
  const plain = address.replace(/^[a-z]+\+/i, '');
  if (!URL.canParse(plain)) return false;
  const { origin, pathname } = new URL(plain);
  const declared = new URL(below);
  return (
    origin === declared.origin && `${pathname}/`.startsWith(declared.pathname.replace(/\/*$/, '/'))
  );
}
