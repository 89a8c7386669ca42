/** What an action leads to: the next state, and what is to be done about it, in this order. */
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

/** `next` from the state that `first` leads to, and the effects of both. */
export function chain<State, Effect>(
  first: Transition<State, Effect>,
  next: (state: State) => Transition<State, Effect>,
): Transition<State, Effect> {
  const { state, effects } = next(first.state);
  return { state, effects: [...first.effects, ...effects] };
}
