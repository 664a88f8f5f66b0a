// Says at the top of each reference page what it lists.

export const intros: Record<string, string> = {
  commands: `# Commands

Every command of \`/argo\`. \`--service\` and \`--env\` may be left out where there is only one.

- A **ref** is a branch, a tag or a commit. Without one: the branch in argo.yml.
- A **role** is a list in \`access\` of the environment: see [argo.yml, environments](argo-yml-environments.md#access).
- A word that argo-bot does not understand is answered privately, with the probable meaning.`,
  'argo-yml': `# argo.yml: services

Every setting of a service, with its type and default. Paths start below the name of the service.
[Environments](argo-yml-environments.md) have a page of their own. The example
[argo.yml](../../argo.yml) shows all of them in place; editors check it with
[argo.schema.json](../../argo.schema.json).`,
  'argo-yml-environments': `# argo.yml: environments

Every setting of an environment, with its type and default. Paths start below the name of the
environment. [Services](argo-yml.md) have a page of their own.`,
  cli: `# CLI

The commands of the process. \`argo-bot\` is \`node src/argo-bot.js\`, or \`npm run argo-bot --\` in a checkout
of argo-bot. \`argo-bot help check\`, or \`argo-bot check --help\`, explains one command.

Exit codes: 0 for success, 1 for findings or a failure, 2 for wrong usage or nothing to check.`,
  environment: `# Environment variables

argo-bot reads them from the environment, or from \`.env\` in the folder in which it starts. Everything
else is in [argo.yml](argo-yml.md).`,
  stages: `# Stages

A deployment goes through phases, and each phase through stages. One stage is one line of the
checklist. The next stage starts when every host is through. The approval is between \`prepare\` and
\`release\`. [How a deployment works](../explanation/how-a-deployment-works.md) explains why.`,
  metrics: `# Metrics

With \`ARGO_HTTP\` set, \`/metrics\` has these for Prometheus, and those of Node itself.
[Monitor argo-bot](../how-to/monitor.md) says how to use them.`,
  errors: `# Error codes

Every failure in a thread has a code. Find it here.`,
  'errors-bot': `# Errors of argo-bot itself

Its environment, Redis, Slack and workers. [All codes](errors.md).`,
  'errors-commit': `# Errors of a commit or its config

Nothing has reached a host yet. [All codes](errors.md).`,
  'errors-host': `# Errors of a host or its connection

SSH, sudo, scripts and disks. [All codes](errors.md).`,
  'errors-release': `# Errors of a release

Pre-flight checks, units, health, traffic, rollbacks. [All codes](errors.md).`,
};
