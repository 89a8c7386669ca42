import type { RunEvent } from "#lib/protocol/run-event.ts";

/** What happened in a run, told without ids and times: a text is one thing, however it was cut. */
interface Told {
  seq: number;
  type: string;
  text: string;
}

/** What is in one of two runs and not in the other. */
export interface StoryDifference extends Told {
  side: "recorded" | "now";
}

/** Where two runs add other things, in the order of both; `seq`: of the run that tells it. */
export function compareStories(recorded: readonly RunEvent[], now: readonly RunEvent[]): StoryDifference[] {
  const [all, others] = [storyOf(recorded), storyOf(now)];
  const from = sameBeginning(all, others);
  const [one, other] = [all.slice(from), others.slice(from)];
  const shared = lengthsOfShared(one, other);
  const differences: StoryDifference[] = [];
  for (let at = 0, to = 0; at < one.length || to < other.length; ) {
    const [then, next] = [one[at], other[to]];
    if (then && next && isSame(then, next)) {
      at += 1;
      to += 1;
    } else if (then && (!next || (shared[at + 1]?.[to] ?? 0) >= (shared[at]?.[to + 1] ?? 0))) {
      differences.push({ side: "recorded", ...then });
      at += 1;
    } else if (next) {
      differences.push({ side: "now", ...next });
      to += 1;
    }
  }
  return differences;
}

/** "  - seq 9 text: It rains." */
export const describeStory = ({ side, seq, type, text }: StoryDifference): string =>
  `  ${side === "now" ? "+" : "-"} seq ${seq} ${type}: ${text.slice(0, 400)}`;

const isSame = (one: Told, other: Told): boolean => one.type === other.type && one.text === other.text;

/** In how many things they begin alike: mostly that is nearly all. */
function sameBeginning(one: readonly Told[], other: readonly Told[]): number {
  const first = one.findIndex((told, at) => !other[at] || !isSame(told, other[at]));
  return first < 0 ? one.length : first;
}

/** Of the longest shared rest behind each pair of places. */
function lengthsOfShared(one: readonly Told[], other: readonly Told[]): number[][] {
  const lengths = Array.from({ length: one.length + 1 }, () => Array<number>(other.length + 1).fill(0));
  for (let at = one.length - 1; at >= 0; at -= 1)
    for (let to = other.length - 1; to >= 0; to -= 1) {
      const [then, next, row] = [one[at], other[to], lengths[at]];
      if (!then || !next || !row) continue;
      row[to] = isSame(then, next)
        ? 1 + (lengths[at + 1]?.[to + 1] ?? 0)
        : Math.max(lengths[at + 1]?.[to] ?? 0, row[to + 1] ?? 0);
    }
  return lengths;
}

function storyOf(events: readonly RunEvent[]): Told[] {
  const told: Told[] = [];
  const open = new Map<string, Told>();
  const names = new Map<string, string>();
  const add = (seq: number, type: string, text: string): Told => {
    const one = { seq, type, text };
    told.push(one);
    return one;
  };
  for (const event of events) {
    const { seq } = event;
    switch (event.type) {
      case "agent-input":
        add(seq, "sent", `${event.agent}, ${event.messageCount} messages, hash ${event.hash}`);
        break;
      case "text-delta":
      case "reasoning-delta":
      case "refusal-delta":
      case "object-delta": {
        const part = open.get(event.id) ?? add(seq, event.type.replace("-delta", ""), "");
        open.set(event.id, part);
        part.text += event.delta;
        break;
      }
      case "tool-input-start":
        names.set(event.toolCallId, event.toolName);
        break;
      case "tool-input-available":
        add(seq, "call", `${event.toolName} ${JSON.stringify(event.input)}`);
        break;
      case "tool-output-available":
        if (!event.preliminary)
          add(seq, "output", `${names.get(event.toolCallId)} ${JSON.stringify(event.output)}`);
        break;
      case "tool-input-error":
      case "tool-output-error":
        add(seq, "failed call", `${names.get(event.toolCallId)} ${event.errorText}`);
        break;
      case "handoff":
        add(seq, "handoff", `${event.from} to ${event.to}`);
        break;
      case "finish":
      case "abort":
      case "interrupted":
        add(seq, "end", event.type);
        break;
      case "error":
        add(seq, "end", `error ${event.code} ${event.errorText}`);
        break;
      default:
    }
  }
  return told;
}
