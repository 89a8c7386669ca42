import { thrownAt } from "./runs/thrown-at.ts";
import { server } from "./server.ts";

/** Beyond the time that runs may take to finish: what still hangs then must not keep the process. */
const lastMs = 1500;
/** For the last bytes of the streams that have just ended. */
const flushMs = 200;
/** SIGBREAK is Windows' word for a console that is being closed. SIGQUIT still ends the process at once. */
const endSignals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"] as const;

/**
 * Opens the store and begins to sweep when the process starts, and closes in order when it is told to end. A
 * store that cannot be opened ends the process: a throw here would leave a server that answers 500 for ever.
 */
export function runServer(): void {
  try {
    server();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
  // One run's failure must not end the others'.
  process.on("unhandledRejection", logRejection);
  surviveLostOutput();
  endOnSignals();
}

function logRejection(reason: unknown): void {
  server().context.log({ level: "error", message: "an unhandled rejection", ...thrownAt(reason) });
}

/** A closed terminal, or a pipe whose reader ended first, costs the lines that go there and no answer. */
function surviveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

/**
 * A terminal and a service manager signal the whole process group, and npm passes on what it was sent itself:
 * the same stop arrives several times and under several names. The first one counts, and the others must not
 * fall back to the system's default, which is death.
 */
function endOnSignals(): void {
  let closing: Promise<void> | undefined;
  for (const signal of endSignals) process.on(signal, () => void (closing ??= end(signal)));
}

/**
 * Ends the process itself: Next would refuse connections at once, and wait for open answers without a limit.
 * Until the runs have ended or are handed over, readers may still come, and health and new questions are
 * answered 503. A stop that was asked for is a success, so the exit code is 0: systemd and npm take another
 * one for a failure.
 */
async function end(signal: NodeJS.Signals): Promise<void> {
  const { close, config, context } = server();
  const exit = () => process.exit(0);
  context.log({ level: "info", message: "closing: live runs finish or are handed over", signal });
  setTimeout(exit, config.graceMs + lastMs).unref();
  await close();
  setTimeout(exit, flushMs);
}
