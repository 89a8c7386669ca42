/** How one test ended. `skip`: why it did not run; "" where nobody said. */
export interface Outcome {
  name: string;
  file?: string;
  failed: boolean;
  skip?: string;
}

/** A numbered promise of docs/security.md. */
export interface Promised {
  says: string;
  /** Tests of other rooms that show it: the file and the beginning of the title. */
  also?: readonly (readonly [file: string, title: string])[];
  /** Why there is no test yet. A test of this id takes its place. */
  waits?: string;
}

export interface Judgement {
  id: string;
  result: "pass" | "fail" | "skip";
  words: string;
}

/**
 * The judgement on one promise. A test speaks for it if its title begins with the id, as in "S49 a newer
 * database …", or if `also` names it. What was skipped without a reason fails, and so does a promise without
 * a test.
 */
export function judge(
  id: string,
  { says, also = [], waits }: Promised,
  outcomes: readonly Outcome[],
): Judgement {
  const own = outcomes.filter(({ name }) => idsOf(name).includes(id));
  const shown = also.map((location) => outcomes.filter((outcome) => isAt(outcome, location)));
  const missing = also.find((_, at) => shown[at]?.length === 0);
  const all = [...own, ...shown.flat()];
  if (missing) return { id, result: "fail", words: `${missing[0]} has no test "${missing[1]}…"` };
  if (all.length === 0)
    return waits === undefined
      ? { id, result: "fail", words: "no test" }
      : { id, result: "skip", words: `: ${waits}` };
  const bad = all.find(({ failed, skip }) => failed || skip === "");
  if (bad)
    return { id, result: "fail", words: bad.failed ? bad.name : `skipped without a reason: ${bad.name}` };
  const reasons = [...new Set(all.flatMap(({ skip }) => skip ?? []))];
  const passed = all.filter(({ skip }) => skip === undefined).length;
  if (passed === 0) return { id, result: "skip", words: `: ${reasons.join("; ")}` };
  const left = reasons.length > 0 ? `; skip: ${reasons.join("; ")}` : "";
  return { id, result: "pass", words: `${says} (${passed} ${passed === 1 ? "test" : "tests"}${left})` };
}

/** The ids that a title begins with. */
const idsOf = (title: string): string[] => /^(?:S\d+\s)+/.exec(title)?.[0].trim().split(/\s/) ?? [];

const isAt = ({ name, file }: Outcome, [path, title]: readonly [string, string]): boolean =>
  file?.endsWith(path) === true && name.startsWith(title);
