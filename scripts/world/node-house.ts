/** A world on Node: a database per portal in memory, one process for all of them. */
import type { Portal } from "../../src/portal.ts";
import type { PortalId } from "../../src/ports.ts";
import { House } from "../../test/support/house.ts";
import type { WorldHouse, WorldHouseOptions } from "./house.ts";
import { moved } from "./move.ts";

export class NodeHouse extends House implements WorldHouse {
  turns = 0;
  readonly ownDisasters = {};
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: WorldHouseOptions) {
    super({ ...options, looks: "seldom" });
    this.#oneByOne();
  }

  override start(): void {
    super.start();
    // Not while the house is being built: then the constructor does it.
    if (#queue in this) this.#oneByOne();
  }

  /** Portals turn one after the other, so that the same seed makes the same world; counts the turns. */
  #oneByOne(): void {
    const { host } = this;
    const turn = host.turn.bind(host);
    host.turn = (id) => {
      this.turns += 1;
      const made = this.#queue.then(() => turn(id));
      this.#queue = made.catch(() => undefined);
      return made;
    };
  }

  ask(id: PortalId, method: string, args: readonly unknown[]): Promise<unknown> {
    return this.host.ask(id, method, args);
  }

  async inside<T>(id: PortalId, look: (portal: Portal) => T): Promise<T> {
    return look(this.host.portal(id));
  }

  async copy(id: PortalId): Promise<() => Promise<void>> {
    const bytes = this.files.bytes(id);
    return async () => this.restore(id, bytes);
  }

  /** Its rows travel through the transport of the commands into an empty database; that the other runtime goes on with it is shown in workerd. */
  async move(id: PortalId): Promise<void> {
    this.restore(id, moved(this.files.bytes(id), this.clock.now()));
  }

  async kept(id: PortalId): Promise<Uint8Array> {
    return this.files.bytes(id);
  }
}
