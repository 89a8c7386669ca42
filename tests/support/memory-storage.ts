/** As a browser's: what is kept are its own properties. */
export function memoryStorage(): Storage {
  const storage: Record<string, unknown> = {};
  const own = (value: unknown) => ({ value, enumerable: false });
  Object.defineProperties(storage, {
    getItem: own((key: string) => storage[key] ?? null),
    setItem: own((key: string, value: string) => void (storage[key] = value)),
    removeItem: own((key: string) => void delete storage[key]),
  });
  // Cast: the rest is not used.
  return storage as unknown as Storage;
}
