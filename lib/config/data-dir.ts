import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * What a shell would have made of it and a service manager does not; an address is no folder. A backslash
 * after `$` is a share of Windows.
 */
export const isFolder = (path: string): boolean =>
  !/^~[^/\\]/.test(path) && !/^[a-z][a-z\d+.-]+:\/\//i.test(path) && !/\$\{?[A-Za-z_]|%\w+%/.test(path);

/** The absolute path, `~` being the home of whoever runs the server. */
export const absoluteDir = (path: string): string =>
  /^~($|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : resolve(path);
