import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Recordings and test cases that lie beside the repository, which holds no copies of them. */
const root = join(import.meta.dirname, "../../../shared");

const isHere = existsSync(root);
if (!isHere) console.log("skipped: ../shared is not here");

/** For node:test: false, or why the test is skipped. */
export const skipWithoutShared: false | string = isHere ? false : "../shared is not here";

/** A file under ../shared; only inside a test that is not skipped. */
export const readShared = (path: string): Buffer => readFileSync(join(root, path));

/** Names in a folder under ../shared; empty when it is not here. */
export const listShared = (folder: string): string[] => (isHere ? readdirSync(join(root, folder)) : []);
