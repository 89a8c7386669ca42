/** The cookie of the setting: whether this browser is to notify of answers while no page of ours is seen. */
export const notifyCookie = "rivulet-notify";

/** `cookies`: as `document.cookie` has them. */
export const wantsNotifying = (cookies: string): boolean =>
  cookies.split("; ").includes(`${notifyCookie}=on`);
