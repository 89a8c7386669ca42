/** Throws `TypeError` for a name of an output that providers refuse. */
export function checkOutputName(name: string): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw new TypeError(`an output's name has 1 to 64 of A-Z, a-z, 0-9, _ and -: ${name}`);
}
