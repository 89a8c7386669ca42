import { spawn } from "node:child_process";

/**
 * Runs a command and resolves with `{ code, output }`; nothing is shown while it runs. The signals that end
 * this process are passed on, so that nothing is left behind.
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    const passOn = (signal) => {
      child.kill(signal);
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    process.once("SIGINT", passOn);
    process.once("SIGTERM", passOn);
    let output = "";
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    const finish = (code) => {
      process.off("SIGINT", passOn);
      process.off("SIGTERM", passOn);
      resolve({ code, output });
    };
    child.on("error", (error) => {
      output += `${error.message}\n`;
      finish(127);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}
