import { spawn } from "node:child_process";

export interface Child {
  pid: number;
  output(): string;
  stop(): Promise<void>;
}

const readyMs = 30_000;

/** Runs Node with `args` and resolves once it has printed what `ready` matches. */
export async function startChild(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<Child> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [...args], {
    env: {
      PATH,
      HOME,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const fail = () => reject(new Error(`${args.join(" ")} did not start:\n${output}`));
    const timer = setTimeout(fail, readyMs);
    void gone.then(fail);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (!ready.test(output)) return;
        clearTimeout(timer);
        resolve();
      });
    }
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
