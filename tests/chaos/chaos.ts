import { parseArgs } from "node:util";
import { killServer, median } from "./kill-server.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite" },
    kills: { type: "string", default: "100" },
    seed: { type: "string" },
  },
});
if (values.store !== "sqlite") {
  console.error(`Unknown store: ${values.store}. npm run chaos -- --store sqlite`);
  process.exit(1);
}
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
console.log(`${values.kills} kills, seed ${seed}`);
const { kills, runs, goingOnMs, requests } = await killServer({ kills: Number(values.kills), seed });
console.log(
  `${kills} kills in ${runs} runs: all finished by themselves, text exact, ${requests.reduce((a, b) => a + b, 0)} requests.`,
);
const worst = Math.round(Math.max(0, ...goingOnMs));
console.log(`From ready to going on: median ${Math.round(median(goingOnMs))} ms, at most ${worst} ms.`);
