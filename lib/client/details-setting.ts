/** The cookie of the setting: the first paint has it. */
export const detailsCookie = "rivulet-details";

/** Whether thinking and the details of calls are open; undefined: each as its state wants it. */
export type DetailsSetting = "open" | "closed" | undefined;

export const readDetailsSetting = (cookie: string | undefined): DetailsSetting =>
  cookie === "open" || cookie === "closed" ? cookie : undefined;
