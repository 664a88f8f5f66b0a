import type { Role } from '../../deploy/settings/settings.ts';
import type { CommandName } from './command.ts';

/** Who finds a command in help: whoever has one of these roles, or everybody. */
type Shown = readonly Role[] | 'everyone';

export interface Form {
  for: Shown;
  /** The right way to type it. */
  usage: string;
  does: string;
}

/** What help shows, and what a wrong command is answered with. */
export const forms: Record<CommandName, Form> = {
  deploy: {
    for: ['deploy'],

    usage: '/argo deploy [blue|green|idle] [ref] [--service s] [--env e] [--dry-run]',
    does: 'prepares a release in the idle slot, asks for approval, switches, watches',
  },
  status: {
    for: 'everyone',

    usage: '/argo status [--service s] [--env e]',
    does: 'what is live, what is running, who waits in line, whether it is locked',
  },
  history: {
    for: 'everyone',

    usage: '/argo history [n] [--service s] [--env e]',
    does: 'the last deployments and how they ended',
  },
  rollback: {
    for: ['rollback'],

    usage: '/argo rollback [release] [--service s] [--env e]',
    does: 'back to the previous good release, or to the one named',
  },
  config: {
    for: ['deploy'],

    usage: '/argo config check|diff|push [--service s] [--env e]',
    does: 'check: tries the config of now. diff: what of it the hosts do not have. push: brings it to them, with the live commit',
  },
  health: {
    for: 'everyone',

    usage: '/argo health [--service s] [--env e]',
    does: 'asks every slot of every host how it is, now',
  },
  logs: {
    for: ['deploy'],

    usage: '/argo logs [blue|green] [lines] [--service s] [--env e]',
    does: 'the last lines of the live slot, or of the one named, without secrets',
  },
  diff: {
    for: 'everyone',

    usage: '/argo diff [ref] [--service s] [--env e]',
    does: 'commits and files of the branch, or of a ref, that users do not have yet',
  },
  retry: {
    for: ['deploy'],

    usage: '/argo retry [--service s] [--env e]',
    does: 'the last deployment that did not make it once more, with the same commit',
  },
  restart: {
    for: ['deploy'],

    usage: '/argo restart [--service s] [--env e]',
    does: 'starts the live release again: in the idle slot, checked, approved, switched, watched',
  },
  cancel: {
    for: ['deploy'],

    usage: '/argo cancel [--service s] [--env e]',
    does: 'takes your own out of the line; else stops the running deployment before its switch',
  },
  lock: {
    for: ['deploy'],

    usage: '/argo lock <reason> [for 2h] [--service s] [--env e]',
    does: 'keeps everybody from deploying there, for that time or until it is unlocked',
  },
  unlock: {
    for: ['unlock'],

    usage: '/argo unlock [--service s] [--env e]',
    does: 'opens an environment that a rollback or a person has locked',
  },
  freeze: {
    for: ['deploy'],

    usage: '/argo freeze <reason> [for 2h]',
    does: 'locks everything that this channel operates',
  },
  unfreeze: {
    for: ['unlock'],
    usage: '/argo unfreeze',
    does: 'opens what a freeze has locked',
  },
  form: {
    for: ['deploy'],
    usage: '/argo',
    does: 'opens a form to deploy with',
  },
  help: {
    for: 'everyone',
    usage: '/argo help',
    does: 'this',
  },
};
