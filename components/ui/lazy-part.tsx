import { type ComponentType, lazy, type ReactElement, type ReactNode, Suspense } from "react";

/**
 * A component whose script is loaded when it is first rendered: most pages never need it. Where it cannot be
 * loaded nothing is shown, and whoever renders it next tries again.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactElement {
  let Part = create();

  function create() {
    return lazy(async (): Promise<{ default: (props: Props) => ReactNode }> => {
      try {
        const Loaded = await load();
        return { default: (props) => <Loaded {...props} /> };
      } catch {
        Part = create();
        return { default: () => null };
      }
    });
  }

  return function LazyPart(props) {
    const Shown = Part;
    return (
      <Suspense fallback={null}>
        <Shown {...props} />
      </Suspense>
    );
  };
}
