import { z } from "zod";
import type { Sandboxes } from "../sandbox/create-sandboxes.ts";
import type { SandboxFailure, SandboxImage, SandboxLimits, SandboxResult } from "../sandbox/sandbox.ts";
import { defineTool } from "./define-tool.ts";
import type { Tool } from "./tool.ts";

/** Of code that a model writes in one call, in characters. */
const maxCodeLength = 100_000;
/** With what waits for a sandbox, ms. */
const timeLimitMs = 60_000;
/** What is printed meanwhile is shown so often, ms. */
const partMs = 250;

/** What a call gives: the value of the code, what it printed, and what it has shown. */
export interface CodeResult {
  value: unknown;
  printed?: string;
  images?: readonly { type: "image"; mimeType: SandboxImage["mediaType"]; data: string }[];
}

/** Runs JavaScript that the model writes, each call in a new sandbox without any tool. */
export const createJavaScriptTool = (
  sandboxes: Pick<Sandboxes, "open">,
  { memoryMb, cpuMs, outputBytes }: SandboxLimits,
): Tool =>
  defineTool({
    name: "run_javascript",
    description:
      "Runs JavaScript and gives the value of its last expression, as JSON, and what it prints by console.log. " +
      "Use it for calculations over data, for texts and tables, and for drawings: show_image(svg) shows the person " +
      "the text of an SVG, or the bytes of a PNG. `await` may stand anywhere. There is no network, no file, no " +
      "module and no DOM; nothing is kept from one call to the next. " +
      `It has ${cpuMs / 1000} s, ${memoryMb} MB and ${Math.round(outputBytes / 1024)} KB of output.`,
    effect: "code",
    isTurnedOn: true,
    timeLimitMs,
    input: z.object({
      code: z.string().min(1).max(maxCodeLength).describe("Such as: [1, 2, 3].map((n) => n * n)"),
    }),
    async *run({ code }, { signal }) {
      const sandbox = await sandboxes.open({}, signal);
      const log = createLog();
      try {
        const run = sandbox.run(code, { signal, onLog: log.add });
        const ended = run.then(() => "ended" as const);
        while ((await Promise.race([ended, log.nextPart()])) !== "ended") yield { printed: log.text };
        return codeResult(await run, log.text);
      } finally {
        log.close();
        void sandbox.close();
      }
    },
  });

/** What is printed, part by part, each after a moment. */
function createLog() {
  let text = "";
  let shown = 0;
  let timer: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;

  function show(): void {
    timer = undefined;
    wake?.();
  }

  return {
    get text() {
      return text;
    },
    add(printed: string) {
      text += printed;
      timer ??= setTimeout(show, partMs);
    },
    /** Resolves once there is more than when it resolved before. */
    async nextPart(): Promise<"printed"> {
      if (timer !== undefined || text.length === shown)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      shown = text.length;
      return "printed";
    },
    close: () => clearTimeout(timer),
  };
}

function codeResult(result: SandboxResult, printed: string): CodeResult {
  if (!result.ok) throw new Error(failureWords(result, printed));
  const images = result.images.map(({ mediaType, data }) => ({
    ...({ type: "image", mimeType: mediaType } as const),
    data,
  }));
  return {
    value: result.value,
    ...(printed !== "" && { printed }),
    ...(images.length > 0 && { images }),
  };
}

/** The end of what was printed helps to find the error. */
const maxPrinted = 1000;

function failureWords({ message, line }: SandboxFailure, printed: string): string {
  const where = line === undefined ? "" : ` (line ${line} of the code)`;
  const before = printed.trim().slice(-maxPrinted);
  return `${message.slice(0, maxPrinted)}${where}${before === "" ? "" : `\nIt had printed:\n${before}`}`;
}
