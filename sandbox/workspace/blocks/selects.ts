import { isRecord } from '../model.ts';
import { all, boolean, choice, integer, list, object, Report, string } from './schema.ts';
import type { Check, Fields } from './schema.ts';
import { anyText, confirm, id, option, plain, sameOption } from './text.ts';

export const actionable = { action_id: id };
export const focusable = { ...actionable, focus_on_load: boolean };
export const placeholder = { placeholder: plain(150) };
const picked = { ...focusable, ...placeholder, confirm };
const several = { ...picked, max_selected_items: integer(1, 100) };

const plainOption = option(plain(75));
const richOption = option(anyText(75));

/** What stands preselected must be among the options, or Slack refuses the whole payload. */
const initialAmongOptions: Check = (value, at, report) => {
  if (!isRecord(value)) return;
  const groups = Array.isArray(value.option_groups) ? value.option_groups.filter(isRecord) : [];
  const lists: unknown[] = [value.options, ...groups.map((group) => group.options)];
  const options = lists.flatMap((entry) => (Array.isArray(entry) ? entry : []));
  const initial: unknown[] = Array.isArray(value.initial_options) ? [...value.initial_options] : [];
  if (value.initial_option !== undefined) initial.push(value.initial_option);
  if (!initial.every((one) => options.some((other) => sameOption(one, other))))
    report.add('initial option is not among the options', at);
};

const optionsOrGroups: Check = (value, at, report) => {
  if (isRecord(value) && (value.options === undefined) === (value.option_groups === undefined))
    report.add('must provide exactly one of options and option_groups', at);
};

function staticSelect(extra: Fields): Check {
  const options = list(plainOption, 1, 100);
  const groups = list(object({ label: plain(75), options }), 1, 100);
  const fields = { ...extra, options, option_groups: groups };
  return all(object({}, fields), optionsOrGroups, initialAmongOptions);
}

export const selects: Fields = {
  static_select: staticSelect({ ...picked, initial_option: plainOption }),
  multi_static_select: staticSelect({ ...several, initial_options: list(plainOption, 1, 100) }),
  external_select: object(
    {},
    { ...picked, min_query_length: integer(0, 100), initial_option: plainOption },
  ),
  users_select: object({}, { ...picked, initial_user: id }),
  multi_users_select: object({}, { ...several, initial_users: list(id, 0, 100) }),
  conversations_select: object(
    {},
    {
      ...picked,
      initial_conversation: id,
      default_to_current_conversation: boolean,
      response_url_enabled: boolean,
      filter: object(
        {},
        {
          include: list(choice('im', 'mpim', 'private', 'public'), 1, 4),
          exclude_external_shared_channels: boolean,
          exclude_bot_users: boolean,
        },
      ),
    },
  ),
  channels_select: object({}, { ...picked, initial_channel: id, response_url_enabled: boolean }),
};

export const choices: Fields = {
  radio_buttons: all(
    object(
      { options: list(richOption, 1, 10) },
      { ...focusable, confirm, initial_option: richOption },
    ),
    initialAmongOptions,
  ),
  checkboxes: all(
    object(
      { options: list(richOption, 1, 10) },
      { ...focusable, confirm, initial_options: list(richOption, 1, 10) },
    ),
    initialAmongOptions,
  ),
};

export const overflow: Fields = {
  overflow: object({ options: list(plainOption, 1, 5) }, { ...actionable, confirm }),
};

export const pickers: Fields = {
  datepicker: object({}, { ...picked, initial_date: string(10, 10) }),
  timepicker: object({}, { ...picked, initial_time: string(5, 5), timezone: string(64, 1) }),
  datetimepicker: object(
    {},
    { ...focusable, confirm, initial_date_time: integer(1e9, 9_999_999_999) },
  ),
};

const suggestion = all(
  object(
    {},
    {
      options: list(plainOption, 0, 100),
      option_groups: list(object({ label: plain(75), options: list(plainOption, 1, 100) }), 1, 100),
    },
  ),
  optionsOrGroups,
);

/** Why Slack would not show what an app answers when it is asked for options. */
export function refuseOptions(answer: unknown): string[] {
  const report = new Report();
  suggestion(answer, '', report);
  return report.errors;
}
