/** What an action leads to: the next state, and the effects to run, in order. */
export interface Transition<State, Effect> {
  state: State;
  effects: readonly Effect[];
}

export function stepTo<State, Effect>(
  state: State,
  ...effects: readonly Effect[]
): Transition<State, Effect> {
  return { state, effects };
}

/** `first`, then `next` on its state: the effects of both. */
export function chain<State, Effect>(
  first: Transition<State, Effect>,
  next: (state: State) => Transition<State, Effect>,
): Transition<State, Effect> {
  const { state, effects } = next(first.state);
  return { state, effects: [...first.effects, ...effects] };
}
