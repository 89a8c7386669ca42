import type { ModelTool } from "../model-request.ts";

/** The tool that an action names, as it is offered if it is; undefined: none. */
export function actionName(line: string, tools: readonly ModelTool[]): string | undefined {
  const names = tools.map(({ name }) => name);
  const whole = undecorated(line);
  if (names.includes(whole)) return whole;
  // "add (adds two numbers)", "functions.add", "Add."
  const name = undecorated(/^[^\s(（,，:：]+/.exec(whole)?.[0] ?? "").replace(
    /^(functions|tools|default_api)\./,
    "",
  );
  if (name === "" || name.length > maxActionNameLength) return undefined;
  if (names.includes(name)) return name;
  const alike = names.filter((each) => each.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : name;
}

/** Whether it says that nothing is to be done. */
export const isNoAction = (line: string): boolean =>
  /^(|none|no|nothing|null|n\/a|no (action|tool)s?\b.{0,40}|not? (needed|required|applicable)|无|没有|不需要.{0,20})$/i.test(
    undecorated(line),
  );

const maxActionNameLength = 200;

/** Without the marks, quotation marks and brackets around it. */
const undecorated = (text: string): string =>
  text
    .trim()
    .replace(/^[\s*_`'"“”‘’<>[\]]+/, "")
    .replace(/[\s*`'"“”‘’<>[\].;。；]+$/, "");
