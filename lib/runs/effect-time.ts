/** What a call with effects may count on before its run is handed over, ms: of the time that is left then. */
export const effectTimeMs = (leftMs: number): number => Math.min(3000, leftMs / 2);
