import { type ComponentType, type ReactElement, Suspense, use } from "react";

/** A component whose script is loaded by itself. */
export interface LazyPart<Props> {
  (props: Props): ReactElement;
  /** Loads its script, before anything renders it. */
  preload(): void;
}

/** The scripts that are on their way. */
const loads = new Set<Promise<unknown>>();

/** Resolves once the scripts of all parts that are rendered are there, or cannot be loaded. */
export const partsLoaded = (): Promise<unknown> => Promise.all(loads);

/**
 * A component whose script is loaded when it is first rendered: most pages never need it. Where it cannot be
 * loaded nothing is shown but what the server has rendered, and whoever renders it next tries again.
 */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> {
  let Part: ComponentType<Props> | undefined;
  let loading: Promise<ComponentType<Props>> | undefined;

  const start = (): Promise<ComponentType<Props>> =>
    (loading ??= new Promise((resolve) => {
      // Where it fails, nothing is resolved: what the server rendered of the part stays.
      const begun = load()
        .then(
          (loaded) => resolve((Part = loaded)),
          () => (loading = undefined),
        )
        .finally(() => loads.delete(begun));
      loads.add(begun);
    }));
  const preload = (): void => void start();

  function Shown(props: Props): ReactElement {
    const Loaded = Part ?? use(start());
    return <Loaded {...props} />;
  }

  function LazyPart(props: Props): ReactElement {
    // Not only when React comes to what the server rendered of it: an update may be sooner.
    preload();
    return (
      <Suspense fallback={null}>
        <Shown {...props} />
      </Suspense>
    );
  }
  return Object.assign(LazyPart, { preload });
}
