import { setTimeout as delay } from "node:timers/promises";
import type { Producer } from "#lib/agents/producer.ts";
import { type Clock, systemClock } from "#lib/runs/clock.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import { defineSchedule } from "#lib/schedules/define-schedule.ts";
import { keepSchedules } from "#lib/schedules/keep-schedules.ts";
import { openStore, type StoreAddress } from "#lib/storage/open-store.ts";
import { runContext, userId } from "./run-bench.ts";
import { scriptedModel } from "./scripted-model.ts";

/*
 * A process that keeps a schedule, with a clock that is so many times as fast as the machine's, and ahead of
 * the others' by so much. What it logs are lines of its output.
 */

export interface ScheduleProcess {
  store: StoreAddress;
  /** What the machine's clock shows at `from` of the schedule's. */
  machineFrom: number;
  from: number;
  speed: number;
  aheadMs: number;
}

/** Due each second of its clock. */
export const secondly = defineSchedule({
  ...{ name: "secondly", cron: "* * * * * *", text: "go" },
  // However slow the machine is.
  lateMinutes: 1440,
});

const finished: Producer = async function* () {
  yield* [];
  return { type: "finished", finishReason: "stop" };
};

function keep({ store, machineFrom, from, speed, aheadMs }: ScheduleProcess): void {
  const clock: Clock = {
    ...systemClock,
    wall: () => from + (Date.now() - machineFrom) * speed + aheadMs,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
  const context = runContext(scriptedModel(), {
    ...{ storage: openStore(store), clock, leaseMs: 2000, heartbeatMs: 500 },
    log: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`),
    pickProducer: async () => ({ produce: finished, model: "m", usesKey: false }),
  });
  const never = new AbortController().signal;
  keepSweeping(context, 500 * speed, never);
  keepSchedules(context, { schedules: [secondly], session: userId }, never);
  // Its timers hold no process open.
  void delay(120_000);
}

const [, , given] = process.argv;
if (import.meta.filename === process.argv[1] && given !== undefined) keep(JSON.parse(given));
