/*
 * What every worker runs first: `argv` is its own file and where compiled code is kept. JavaScript, because
 * what a thread needs to read TypeScript takes twice the processor time of all the rest of its beginning: it
 * is read once, and from then on, as long as the folder can be written, what was made of it.
 */
import { enableCompileCache } from "node:module";
import { pathToFileURL } from "node:url";

const [, , file = "", cacheDir = ""] = process.argv;
enableCompileCache(cacheDir);
(await import("./yield-to-others.ts")).yieldToOthers(process.platform);
await import(pathToFileURL(file).href);
