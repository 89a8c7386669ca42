/**
 * Opens a dialog over the page, which stands still beneath it until the dialog is closed. By a class of the
 * document: a rule with `:has(dialog)` would be looked up in the whole of a long page at each of its changes.
 * The result closes the dialog.
 */
export function showOverPage(dialog: HTMLDialogElement): () => void {
  const { classList } = document.documentElement;
  function release(): void {
    if (!document.querySelector("dialog:modal")) classList.remove("held");
  }
  dialog.addEventListener("close", release, { once: true });
  dialog.showModal();
  classList.add("held");
  return () => {
    dialog.close();
    release();
  };
}
