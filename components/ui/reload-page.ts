/** A server that was built anew does not have the script any more: the page itself leads to the new one. */
export function reloadPage(): Promise<never> {
  location.reload();
  return new Promise(() => undefined);
}
