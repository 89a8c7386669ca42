import { runGroup } from "./run-group.mjs";

/**
 * Runs one check of checks.mjs, prints one line (and its output, if it failed) and resolves with whether it
 * passed.
 */
export async function runCheck(root, { name, commands }) {
  const begin = performance.now();
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" };
  let output = "";
  const onOutput = (chunk) => {
    output += chunk;
  };
  let code = 0;
  for (const command of commands) {
    if (code === 0) code = await runGroup(process.execPath, command, { cwd: root, env, onOutput });
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (code !== 0) console.log(`${output.trim()}\n`);
  return code === 0;
}
