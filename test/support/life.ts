/** One life of a process, on any runtime: it is counted by its steps, and ends between two of them. */

/** A step of the process: a commit, or a call to a CRM. */
export type Step = "commit" | "call";
export type When = "before" | "after";

export class Killed extends Error {
  constructor() {
    super("killed");
  }
}

/** One life of a process. */
export class Life {
  dead = false;
  readonly #onStep: (step: Step, when: When) => void;

  /** @param onStep may throw: `Killed` ends this life, anything else is the step's own failure (a full disk) */
  constructor(onStep: (step: Step, when: When) => void) {
    this.#onStep = onStep;
  }

  /** @throws Killed when this life is over */
  check(): void {
    if (this.dead) throw new Killed();
  }

  step(step: Step, when: When): void {
    this.check();
    try {
      this.#onStep(step, when);
    } catch (error) {
      if (error instanceof Killed) this.dead = true;
      throw error;
    }
  }
}
