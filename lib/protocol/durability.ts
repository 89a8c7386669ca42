/**
 * How far what is shown lags behind what is written. `ok`: new text is stored at once. `delayed`: it waits
 * for the store. `stopped`: nobody writes the run at present; what was shown is stored, and the run may yet
 * go on.
 */
export type Durability = "ok" | "delayed" | "stopped";
