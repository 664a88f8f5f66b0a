import { isRecord } from '../model.ts';
import {
  all,
  boolean,
  byType,
  choice,
  integer,
  list,
  object,
  string,
  webAddress,
} from './schema.ts';
import type { Check, Fields } from './schema.ts';
import {
  actionable,
  choices,
  focusable,
  overflow,
  pickers,
  placeholder,
  selects,
} from './selects.ts';
import { anyText, confirm, id, plain } from './text.ts';

const style = choice('primary', 'danger');

const button = object(
  { text: plain(75) },
  {
    ...actionable,
    value: string(2000),
    url: webAddress,
    style,
    confirm,
    accessibility_label: string(75),
  },
);

const slackFile: Check = (value, at, report) => {
  object({}, { id, url: webAddress })(value, at, report);
  if (isRecord(value) && (value.id === undefined) === (value.url === undefined))
    report.add('must provide exactly one of id and url', at);
};

/** An image is named by address or by uploaded file, never both. */
export function image(optional: Fields): Check {
  const fields = object(
    { alt_text: string(2000, 1) },
    { image_url: webAddress, slack_file: slackFile, ...optional },
  );
  return all(fields, (value, at, report) => {
    if (isRecord(value) && (value.image_url === undefined) === (value.slack_file === undefined))
      report.add('must provide exactly one of image_url and slack_file', at);
  });
}

export const imageElement = byType({ image: image({}) });
export const buttons = byType({ button });

const interactive: Fields = { button, ...selects, ...choices, ...overflow, ...pickers };

export const actionsElement = byType(interactive);
export const accessory = byType({ ...interactive, image: image({}) });
export const contextElement: Check = (value, at, report) => {
  if (isRecord(value) && value.type === 'image') imageElement(value, at, report);
  else anyText(3000)(value, at, report);
};

const feedback = object(
  { text: plain(75), value: string(2000, 1) },
  { accessibility_label: string(75) },
);

export const contextActionsElement = byType({
  feedback_buttons: object({ positive_button: feedback, negative_button: feedback }, actionable),
  icon_button: object(
    { icon: choice('trash'), text: plain(75) },
    {
      ...actionable,
      value: string(2000),
      confirm,
      accessibility_label: string(75),
      visible_to_user_ids: list(id, 1, 100),
    },
  ),
});

const dispatchActionConfig = object({
  trigger_actions_on: list(choice('on_enter_pressed', 'on_character_entered'), 1, 2),
});

const typed = {
  ...focusable,
  ...placeholder,
  dispatch_action_config: dispatchActionConfig,
  initial_value: string(3000),
};

const plainTextInput = object(
  {},
  { ...typed, multiline: boolean, min_length: integer(0, 3000), max_length: integer(1, 3000) },
);

const numberInput = object(
  { is_decimal_allowed: boolean },
  { ...typed, min_value: string(64, 1), max_value: string(64, 1) },
);

export const inputElement = byType({
  plain_text_input: plainTextInput,
  number_input: numberInput,
  email_text_input: object({}, typed),
  url_text_input: object({}, typed),
  ...selects,
  ...choices,
  ...pickers,
});
