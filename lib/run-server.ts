import { server } from "./server.ts";

/** Beyond the time that runs may take to finish: what still hangs then must not keep the process. */
const lastMs = 1500;
/** For the last bytes of the streams that have just ended. */
const flushMs = 200;

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
  // Nobody waits for it, and one run's failure must not end the others'.
  process.on("unhandledRejection", logRejection);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void end(signal));
}

function logRejection(reason: unknown): void {
  const stack = reason instanceof Error ? reason.stack : undefined;
  server().context.log({
    level: "error",
    message: "a rejection that nobody heard",
    error: String(reason),
    stack,
  });
}

/**
 * Ends the process itself: Next would refuse connections at once, and wait for open answers without a limit.
 * Until the runs are over or handed over, readers may still come, and health and new questions are answered
 * 503.
 */
async function end(signal: "SIGTERM" | "SIGINT"): Promise<void> {
  const { close, config, context } = server();
  const exit = () => process.exit(signal === "SIGTERM" ? 143 : 130);
  context.log({ level: "info", message: "closing: live runs finish or are handed over", signal });
  setTimeout(exit, config.graceMs + lastMs).unref();
  await close();
  setTimeout(exit, flushMs);
}
