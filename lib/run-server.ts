import { server } from "./server.ts";

/** Beyond the time that runs may take to finish: what still hangs then must not keep the process. */
const lastMs = 1500;

/**
 * Opens the store and begins to sweep when the process starts, and closes in order when it is told to end. A store
 * that cannot be opened ends the process: a throw here would leave a server that answers 500 for ever.
 */
export function runServer(): void {
  try {
    server();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => end(signal));
}

/** Next waits for open answers without a limit; ours end when the runs are over or handed over. */
function end(signal: "SIGTERM" | "SIGINT"): void {
  const { close, config, context } = server();
  context.log({ level: "info", message: "closing: live runs finish or are handed over", signal });
  setTimeout(() => process.exit(signal === "SIGTERM" ? 143 : 130), config.graceMs + lastMs).unref();
  void close();
}
