import { lazy, type ReactElement, type ReactNode, Suspense } from "react";
import type { OtherAnswersProps } from "./other-answers.tsx";

/**
 * What a turn tells of its other answers. The script for it is loaded with the first turn that has any, or
 * when `loadOtherAnswers` is called before: most pages never need it.
 */
export function LazyOtherAnswers(props: OtherAnswersProps): ReactElement {
  const Loaded = loader;
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}

export const loadOtherAnswers = () => import("./other-answers.tsx");

let loader = createLoader();

/** Without a network nothing is shown, and the next one to render tries again. */
function createLoader() {
  return lazy(async (): Promise<{ default: (props: OtherAnswersProps) => ReactNode }> => {
    try {
      return { default: (await loadOtherAnswers()).OtherAnswers };
    } catch {
      loader = createLoader();
      return { default: () => null };
    }
  });
}
