/**
 * Which items of a batch may be the reason that HubSpot refused all of it.
 *
 * A batch update with one bad input may be refused whole, with an error that names nobody (facts sheet 4.4). Sending every item
 * singly would cost a hundred calls. So the refused group is split in two, each half goes out as a batch of its own the next
 * time its items come, and so on: a good half is done in one call, a bad one is split again, and an item refused alone is the
 * culprit. One bad item among a hundred costs some fourteen calls, spread over the writer's turns, and nobody waits for it.
 */
export class Suspects {
  readonly #groupOf = new Map<string, number>();
  #nextGroup = 1;

  /**
   * The items of a batch that go out together now; the rest come again.
   * @param keys of the batch, without doubles
   */
  choose(keys: readonly string[]): string[] {
    const suspect = keys.find((key) => this.#groupOf.has(key));
    if (suspect === undefined) return [...keys];
    const innocent = keys.filter((key) => !this.#groupOf.has(key));
    if (innocent.length > 0) return innocent;
    const group = this.#groupOf.get(suspect);
    return keys.filter((key) => this.#groupOf.get(key) === group);
  }

  /** These were refused together and nobody knows why. @returns the culprit, when there was only one */
  refused(keys: readonly string[]): string | null {
    if (keys.length === 1) {
      this.cleared(keys);
      return keys[0]!;
    }
    const half = Math.ceil(keys.length / 2);
    for (const [start, end] of [
      [0, half],
      [half, keys.length],
    ] as const) {
      for (const key of keys.slice(start, end)) this.#groupOf.set(key, this.#nextGroup);
      this.#nextGroup += 1;
    }
    return null;
  }

  /** These were done, or refused for a reason of their own. */
  cleared(keys: Iterable<string>): void {
    for (const key of keys) this.#groupOf.delete(key);
  }
}
