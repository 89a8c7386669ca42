import { spawnSync } from "node:child_process";

/** What runs a command with a PID namespace and a /proc of its own, as a container does; it ends with it. */
export const inOwnNamespace: readonly string[] = [
  ...["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"],
];

/** Why tests with namespaces cannot run here, in words; false if they can. */
export const namespaceMissing: string | false = (() => {
  if (process.platform !== "linux") return "namespaces of Linux are needed";
  const [command, ...args] = [...inOwnNamespace, "true"];
  return spawnSync(command, args, { stdio: "ignore" }).status === 0
    ? false
    : "this user may make no namespace";
})();
