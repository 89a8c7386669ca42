import type { DetailsSetting } from "#lib/client/details-setting.ts";

/** How much the state of something wants it open: what is `needed` waits for a person. */
export type FoldPreference = "closed" | "open" | "needed";

/** Whether it is open before a person touches it. */
export const wantedFold = (setting: DetailsSetting, preference: FoldPreference): boolean =>
  preference === "needed" || (setting === undefined ? preference === "open" : setting === "open");

/** By what a person's own choice is kept: under another setting it was another one. */
export const settingKey = (setting: DetailsSetting, key: string): string =>
  setting === undefined ? key : `${key} ${setting}`;
