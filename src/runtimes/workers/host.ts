/** The portals of a Worker: each is an object of its own, reached by its name. */
import type { Grant, Vendor } from "../../crm/port.ts";
import { type Delivery, type PortalHost, type PortalId, portalId } from "../../ports.ts";
import type { Env } from "./env.ts";
import { REGISTRY } from "./registry-object.ts";

export class WorkersHost implements PortalHost {
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
  }

  async deliver(deliveries: readonly Delivery[]): Promise<{ unknown: readonly PortalId[] }> {
    const known = await Promise.all(deliveries.map((one) => this.#deliver(one)));
    return { unknown: deliveries.filter((_, index) => !known[index]).map((one) => one.portal) };
  }

  async #deliver({ portal, hints, uninstalled }: Delivery): Promise<boolean> {
    const object = this.#object(portal);
    const isKnown = hints.length > 0 ? await object.receive(hints) : await object.isInstalled();
    if (!uninstalled || !isKnown) return isKnown;
    await object.uninstalled(uninstalled.clean);
    if (uninstalled.clean) await this.#registry().remove(portal);
    return true;
  }

  async install(vendor: Vendor, grant: Grant): Promise<void> {
    const id = portalId(vendor, grant.account);
    // Known first: what the sweep knows and finds empty it drops again, but what it does not know it never finds.
    await this.#registry().add(id);
    await this.#object(id).install(grant);
  }

  async has(id: PortalId): Promise<boolean> {
    return this.#object(id).isInstalled();
  }

  async hasMoved(id: PortalId): Promise<boolean> {
    return this.#object(id).hasMoved();
  }

  async applicationToken(id: PortalId): Promise<string | null> {
    return this.#object(id).applicationToken();
  }

  async ask(id: PortalId, method: string, args: readonly unknown[]): Promise<unknown> {
    return this.#object(id).ask(method, args);
  }

  async useOnce(id: string, expiresAt: number): Promise<boolean> {
    return this.#registry().useOnce(id, expiresAt);
  }

  #object(id: PortalId) {
    return this.#env.PORTAL.getByName(id);
  }

  #registry() {
    return this.#env.REGISTRY.getByName(REGISTRY);
  }
}
