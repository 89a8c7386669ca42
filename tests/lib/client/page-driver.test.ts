import assert from "node:assert/strict";
import { test } from "node:test";
import { createPageDriver } from "#lib/client/page-driver.ts";
import { clientEnvironment } from "../../support/client-environment.ts";

function page() {
  const told: string[] = [];
  const environment = clientEnvironment(() => Promise.reject(new Error("unused")));
  const run = createPageDriver<"one" | "other">(environment, (action) =>
    told.push(action.type === "timer-fired" ? action.timer : action.presence),
  );
  return { run, told, environment };
}

test("a timer that is set again starts anew, and one that is cleared does not fire", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { run, told } = page();
  run({ type: "set-timer", timer: "one", ms: 100 });
  t.mock.timers.tick(60);
  run({ type: "set-timer", timer: "one", ms: 100 });
  run({ type: "set-timer", timer: "other", ms: 100 });
  run({ type: "clear-timer", timer: "other" });
  t.mock.timers.tick(60);
  assert.deepEqual(told, []);
  t.mock.timers.tick(60);
  assert.deepEqual(told, ["one"]);
});

test("a timer that ends early ends with the environment's pause, unless it was cleared", async () => {
  const { run, told, environment } = page();
  run({ type: "set-timer", timer: "one", ms: 250, endsEarly: true });
  run({ type: "set-timer", timer: "other", ms: 250, endsEarly: true });
  run({ type: "clear-timer", timer: "other" });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([told, environment.pauses], [["one"], [250, 250]]);
});

test("the page's presence is told while it is watched", () => {
  const { run, told, environment } = page();
  environment.changePresence("focus");
  run({ type: "watch-presence" });
  environment.changePresence("hidden");
  run({ type: "unwatch-presence" });
  environment.changePresence("visible");
  run({ type: "watch-presence" });
  environment.changePresence("online");
  assert.deepEqual(told, ["hidden", "online"]);
});
