import { useSyncExternalStore } from "react";

const never = () => () => {};

/** False on the server and in the first render of the browser: what differs between them waits for true. */
export const useMounted = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
