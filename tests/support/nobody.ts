import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

const id = 65534;
const isRoot = process.getuid?.() === 0;

/** The user that has no rights: nobody where the tests run as root, else whoever runs them. */
export const nobodyId = isRoot ? id : process.getuid?.();

/** What runs a command as that user. */
export const asNobody: readonly string[] = isRoot
  ? ["setpriv", `--reuid=${id}`, `--regid=${id}`, "--clear-groups"]
  : [];

/** What runs a command as that user, with `root` as a file system that can only be read. */
export function onReadOnly(root: string): readonly string[] {
  const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"';
  const namespace = isRoot ? ["unshare", "--mount"] : ["unshare", "--map-root-user", "--mount"];
  return [...namespace, "sh", "-c", script, root, ...asNobody];
}

/** Why tests with that user cannot run here, in words; false if they can. */
export function nobodyMissing(root: string): string | false {
  if (process.platform !== "linux") return "mounts and users of Linux are needed";
  const probe = [...onReadOnly(root), "test", "-r", "package.json"];
  if (spawnSync("env", probe, { stdio: "ignore" }).status === 0) return false;
  accessSync(root, constants.R_OK);
  return "this user may not mount, or nobody may not read this checkout";
}
