import type { ModelListing, ModelPage } from "../protocol/model-listing.ts";

interface ModelSearch {
  /** Words, each of which a model's name, label or host has to hold; empty: all models. */
  text: string;
  /** Absent: all that match. */
  limit?: number;
}

/** The models that match, in their order; one whose name begins with the text comes first. */
export function searchModels(models: readonly ModelListing[], { text, limit }: ModelSearch): ModelPage {
  const words = foldCase(text).split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? models : models.filter((model) => holdsAll(model, words));
  const [first = ""] = words;
  const begins = ({ id, label }: ModelListing) =>
    [id, label].some((name) => foldCase(name).startsWith(first));
  const sorted = first === "" ? found : [...found.filter(begins), ...found.filter((each) => !begins(each))];
  return { models: sorted.slice(0, limit), total: found.length };
}

function holdsAll({ id, label, host = "" }: ModelListing, words: readonly string[]): boolean {
  const text = foldCase(`${id} ${label} ${host}`);
  return words.every((word) => text.includes(word));
}

const foldCase = (text: string): string => text.normalize("NFKC").toLowerCase();
