import { fileURLToPath } from "node:url";
import { checks } from "./checks.mjs";
import { runCheck } from "./run-check.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const write = process.argv.includes("--write");
const passed = await Promise.all(checks(root, write).map((check) => runCheck(root, check)));
const failed = passed.filter((ok) => !ok).length;
console.log(failed === 0 ? "All checks passed." : `${failed} of ${passed.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
