import type { KeyObject } from 'node:crypto';

/** A stored credential names a pepper that this installation cannot derive. */
export class UnknownPepperError extends Error {
  override readonly name = 'UnknownPepperError';
}

export interface Peppers {
  /** For credentials made from now on. */
  readonly currentId: number;
  /** Throws UnknownPepperError. */
  get(id: number): KeyObject;
}

/** Peppers 1…currentId, derived once: old ones stay until their last credential was rotated. `derive` is the master key's. */
export function createPeppers(options: { derive: (purpose: string) => KeyObject; currentId: number }): Peppers {
  const keys = Array.from({ length: options.currentId }, (_, index) => options.derive(`pepper/${index + 1}`));
  return {
    currentId: options.currentId,
    get(id) {
      const key = keys[id - 1];
      if (key === undefined) throw new UnknownPepperError(`Pepper ${id} is unknown here.`);
      return key;
    },
  };
}
