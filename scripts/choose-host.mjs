import { createServer, isIP } from "node:net";
import { hostname } from "node:os";

/**
 * The address to listen on, of those that were asked for in this order, and a line for each that is not used.
 * conda, tcsh and some Linux set HOST for purposes of their own: what is no address of this machine was not
 * meant for us, and a name is none. Undefined: none is left. What no variable may hold is left to readConfig.
 */
export async function chooseHost(asked) {
  const notes = [];
  for (const value of asked) {
    if (value === undefined || value === "") continue;
    const host = value
      .trim()
      .toLowerCase()
      .replace(/^\[(.*)\]$/, "$1");
    if (host === "" || /["'`\n\r]/.test(value)) return { host: value, notes };
    if (host === "localhost" || (isIP(host) !== 0 && (await isOurs(host)))) return { host, notes };
    notes.push(
      `HOST${describe(value)} is no address of this machine and is not used. To be reached by others: HOST=0.0.0.0`,
    );
  }
  return { host: undefined, notes };
}

/** A port that is taken or reserved is the next question. */
const isOurs = (host) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.on("error", ({ code }) =>
      resolve(!["EADDRNOTAVAIL", "EINVAL", "EAFNOSUPPORT", "ENOTFOUND"].includes(code)),
    );
    probe.listen(0, host, () => probe.close(() => resolve(true)));
  });

/** Shown where it cannot be a key that was put into the wrong variable. */
function describe(value) {
  const isHarmless =
    isIP(value) !== 0 ||
    value === hostname() ||
    value === hostname().split(".")[0] ||
    /^(x86_64|aarch64|arm64|i[3-6]86|ppc64le|s390x|riscv64)-[\w.-]{3,40}$/.test(value);
  return isHarmless ? ` (${value})` : "";
}
