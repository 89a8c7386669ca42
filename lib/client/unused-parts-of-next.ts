/**
 * Stands in for parts of Next's own script that no page of ours uses (next.config.mjs): server actions, of
 * which there are none; what browsers lack that are too old for our styles anyway; the constants of its
 * server, of which a browser's script asks for one; and the styles of its error page, which our content
 * policy refuses.
 */
export function serverActionReducer(): never {
  throw new Error("no server actions");
}

/** As in next/dist/lib/constants.js. */
export const NEXT_NAV_DEPLOYMENT_ID_HEADER = "x-nextjs-deployment-id";

export const errorStyles: Readonly<Record<string, undefined>> = {};
export const errorThemeCss = "";
export const WarningIcon = (): null => null;
