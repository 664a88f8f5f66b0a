import type { CommandName } from './grammar.ts';

export interface Form {
  /** The right way to type it. */
  usage: string;
  does: string;
}

/** What help shows, and what a wrong command is answered with. */
export const forms: Record<CommandName, Form> = {
  deploy: {
    usage: '/argo deploy [blue|green|idle] [ref] [--service s] [--env e] [--dry-run]',
    does: 'prepares a release in the idle slot, asks for approval, switches, watches',
  },
  status: {
    usage: '/argo status [--service s] [--env e]',
    does: 'what is live, what is running, whether it is locked',
  },
  history: {
    usage: '/argo history [n] [--service s] [--env e]',
    does: 'the last deployments and how they ended',
  },
  rollback: {
    usage: '/argo rollback [release] [--service s] [--env e]',
    does: 'back to the previous good release, or to the one named',
  },
  config: {
    usage: '/argo config check|diff|push [--service s] [--env e]',
    does: 'check: tries the config of now. diff: what of it the hosts do not have. push: brings it to them, with the live commit',
  },
  health: {
    usage: '/argo health [--service s] [--env e]',
    does: 'asks every slot of every host how it is, now',
  },
  logs: {
    usage: '/argo logs [blue|green] [lines] [--service s] [--env e]',
    does: 'the last lines of the live slot, or of the one named, without secrets',
  },
  diff: {
    usage: '/argo diff [ref] [--service s] [--env e]',
    does: 'commits and files of the branch, or of a ref, that users do not have yet',
  },
  cancel: {
    usage: '/argo cancel [--service s] [--env e]',
    does: 'stops the running deployment before its switch',
  },
  lock: {
    usage: '/argo lock <reason> [for 2h] [--service s] [--env e]',
    does: 'keeps everybody from deploying there, for that time or until it is unlocked',
  },
  unlock: {
    usage: '/argo unlock [--service s] [--env e]',
    does: 'opens an environment that a rollback or a person has locked',
  },
  freeze: {
    usage: '/argo freeze <reason> [for 2h]',
    does: 'locks everything that this channel operates',
  },
  unfreeze: { usage: '/argo unfreeze', does: 'opens what a freeze has locked' },
  form: { usage: '/argo', does: 'opens a form to deploy with' },
  help: { usage: '/argo help', does: 'this' },
};
