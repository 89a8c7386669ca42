"use client";

import { lazyPart } from "../ui/lazy-part.tsx";

/*
 * What Next loads with every page, for the case that the page is not there: nearly always it is. Both stand
 * in one file, so that they are one script.
 */

/** A conversation that is not there. */
export const LazyMissingPage = lazyPart(async () => (await import("./missing-page.tsx")).MissingPage);

/** Any other address that leads nowhere. */
export const LazyStatusPage = lazyPart(async () => (await import("../ui/status-page.tsx")).StatusPage);
