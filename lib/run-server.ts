import { server } from "./server.ts";

/**
 * Opens the store and begins to sweep when the process starts, and closes in order when it is told to end. A store
 * that cannot be opened ends the process: a throw here would leave a server that answers 500 for ever.
 */
export function runServer(): void {
  try {
    const { close } = server();
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void close());
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
