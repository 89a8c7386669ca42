/** Runs once when a server process starts: opens the store, sweeps, and closes in order when it is told to end. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { server } = await import("#lib/server.ts");
  try {
    const { close } = server();
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void close());
  } catch (error) {
    // A throw here would leave a server that answers 500 for ever (docs/decisions).
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
