/** Of one user. */
export const maxNotes = 200;

/** What an agent has kept for a user, found again by its name. */
export interface Note {
  name: string;
  text: string;
  /** Store ms. */
  updatedAt: number;
}

/** Every method takes the user whose notes they are: another's do not exist for them. */
export interface NoteStore {
  /** All notes of the user, the newest updated first. */
  list(userId: string): Promise<Note[]>;
  /**
   * Keeps the note in place of the one with the same name. `full`: nothing was kept, because the user has
   * `maxNotes` others.
   */
  save(userId: string, note: Pick<Note, "name" | "text">): Promise<"saved" | "full">;
  remove(userId: string, name: string): Promise<void>;
  removeAll(userId: string): Promise<void>;
}
