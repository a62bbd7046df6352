/** What waits in a portal's own rows until it can be done, sealed, because it may hold words of a person or a token. The oldest comes first. */
import type { Portal } from "./portal-open.ts";
import type { Surroundings } from "./ports.ts";

export interface Waiting {
  sealed: string;
  /** since when, epoch ms */
  at: number;
}

export class WaitingList<T> {
  readonly #name: string;
  readonly #most: number;

  /** @param name of its row @param most so many wait; the oldest beyond them go */
  constructor(name: string, most: number) {
    this.#name = name;
    this.#most = most;
  }

  in({ store }: Portal): readonly Waiting[] {
    return store.meta.get<readonly Waiting[]>(this.#name) ?? [];
  }

  keep({ store }: Portal, waiting: readonly Waiting[]): void {
    if (waiting.length === 0) store.meta.remove(this.#name);
    else store.meta.set(this.#name, waiting.slice(-this.#most));
  }

  add(portal: Portal, around: Surroundings, what: T): void {
    const sealed = around.vault.seal(JSON.stringify(what));
    this.keep(portal, [...this.in(portal), { sealed, at: around.now() }]);
  }

  /** Null where its key is gone. */
  opened({ vault }: Surroundings, { sealed }: Waiting): T | null {
    try {
      return JSON.parse(vault.open(sealed)) as T;
    } catch {
      return null;
    }
  }
}
