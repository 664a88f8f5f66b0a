// Checks a host's tools, Python, package settings and service user.
import { userOf } from '../../deploy/settings/layout.ts';
import type { Answer } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { PythonSettings } from '../../deploy/settings/python.ts';
import { fail, type Finding, ok, warn } from '../finding.ts';

/** The Debian package of each tool that the scripts need. */
const PACKAGES: Record<string, string> = {
  flock: 'util-linux',
  runuser: 'util-linux',
  tar: 'tar',
  sha256sum: 'coreutils',
  timeout: 'coreutils',
  env: 'coreutils',
  find: 'findutils',
  xargs: 'findutils',
  diff: 'diffutils',
  sed: 'sed',
  awk: 'mawk',
  grep: 'grep',
  nginx: 'nginx',
  ss: 'iproute2',
};

/** Returns the findings about the programs that a deployment runs on the host, and about the service's user. */
export function toolFindings(examined: Answer, target: Target): Finding[] {
  const { python } = target.settings;
  return [
    tools(examined),
    python ? pythonFindings(examined, python) : [],
    examined.maybe('user')
      ? ok('service user', userOf(target))
      : fail(
          'service user',
          `the user ${userOf(target)}, who is to run the service, does not exist`,
          `useradd --system ${userOf(target)}`,
        ),
  ].flat();
}

function tools(examined: Answer): Finding {
  const lacks = examined.values('lacks');
  if (lacks.length > 0) {
    const packages = [...new Set(lacks.flatMap((tool) => PACKAGES[tool] ?? []))].join(' ');
    return fail(
      'tools',
      `${lacks.join(', ')} ${lacks.length === 1 ? 'is' : 'are'} missing`,
      packages === ''
        ? 'a host needs systemd: choose another one'
        : `apt-get install --yes ${packages}`,
    );
  }
  if (!examined.values('has').includes('ss'))
    return warn(
      'tools',
      'ss is missing, so argo-bot cannot tell which process holds a port',
      'apt-get install --yes iproute2',
    );
  return ok('tools', 'all there');
}

function pythonFindings(examined: Answer, python: PythonSettings): Finding | Finding[] {
  const version = examined.maybe('python');
  if (version === undefined)
    return fail(
      'python',
      `${python.interpreter} does not exist or does not run`,
      'apt-get install --yes python3 python3-venv',
    );
  if (!/^\d+\.\d+/.test(version))
    return fail(
      'python',
      `${python.interpreter} does not run: ${version}`,
      'apt-get install --yes --reinstall python3',
    );
  const install = `apt-get install --yes python3-venv || apt-get install --yes python${version.split('.').slice(0, 2).join('.')}-venv`;
  const found = ok('python', `${python.interpreter} is ${version}`);
  if (examined.maybe('venv') !== 'yes')
    return [
      found,
      fail('venv', 'the module venv is missing: no virtual environment can be made', install),
    ];
  const uv = examined.values('has').includes('uv');
  // ensurepip installs pip, which is only needed to install requirements.
  if (python.requirements !== undefined && examined.maybe('ensurepip') !== 'yes')
    return [
      found,
      fail(
        'venv',
        `ensurepip is missing, so an environment gets no pip for ${python.requirements}`,
        install,
      ),
    ];
  const venv = ok('venv', uv ? 'can be made; uv fills it' : 'can be made');
  return [found, venv, installing(examined, python)].flat();
}

/** The oldest systemd whose sandbox can hold an installation of packages. scripts/parts/sandbox.sh has it, too. */
const OLDEST_SYSTEMD = 239;

/** Returns the findings about the risks of installing packages: a package may then run its own code. */
function installing(examined: Answer, python: PythonSettings): Finding | Finding[] {
  const version = Number.parseInt(examined.maybe('systemd') ?? '', 10);
  if (version < OLDEST_SYSTEMD)
    return fail(
      'sandbox',
      `systemd ${version} cannot close the sandbox in which environments are made`,
      `upgrade the host to systemd ${OLDEST_SYSTEMD} or later (RHEL 8, Debian 10, Ubuntu 20.04)`,
    );
  if (python.requirements === undefined) return [];
  const missing = (['require_hashes', 'only_binary'] as const).filter((name) => !python[name]);
  if (missing.length === 0) return ok('packages', 'checked by their digests, and none is built');
  const risks = {
    require_hashes: 'an index may send other files than those that were tested',
    only_binary: 'packages may run code of their own while they are installed',
  };
  return warn(
    'packages',
    missing.map((name) => risks[name]).join('; '),
    `set ${missing.map((name) => `python.${name}: true`).join(' and ')} in argo.yml`,
  );
}
