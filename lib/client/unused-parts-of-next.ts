/**
 * Stands in for parts of Next's own script that no page of ours uses (next.config.mjs): server actions, of
 * which there are none; what browsers lack that are too old for our styles anyway; the constants of its
 * server, of which a browser's script asks for one; the styles of its error page, which our content policy
 * refuses; pages that are loaded ahead of a click on one of Next's links, which stand nowhere; and routes
 * that are shown within another, of which there are none.
 */
export function serverActionReducer(): never {
  throw new Error("no server actions");
}

/** As in next/dist/lib/constants.js. */
export const NEXT_NAV_DEPLOYMENT_ID_HEADER = "x-nextjs-deployment-id";

export const errorStyles: Readonly<Record<string, undefined>> = {};
export const errorThemeCss = "";
export const WarningIcon = (): null => null;

// What is loaded ahead of a click: there is no link that it could be done for.
export const getLinkForCurrentNavigation = (): null => null;
export const setLinkForCurrentNavigation = (): void => {};
export const pingVisibleLinks = (): void => {};
export const prefetchRoute = (): void => {};
export const isPrefetchTaskDirty = (): boolean => false;
export const pingPrefetchTask = (): void => {};
export const pingPrefetchScheduler = (): void => {};
export function schedulePrefetchTask(): never {
  throw new Error("nothing is loaded ahead");
}

// What a folder is called that is shown within another page.
export const INTERCEPTION_ROUTE_MARKERS: readonly string[] = [];
export const isInterceptionRouteAppPath = (): boolean => false;
