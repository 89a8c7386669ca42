import { createContext } from "react";

/** True within what is shown as it was: no time passes there. */
export const StillTime = createContext(false);
