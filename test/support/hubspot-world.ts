/** One HubSpot portal and a connector, in one process, on one virtual clock. */
import type { Bounds } from "../../src/engine/engine.ts";
import type { PortalId } from "../../src/ports.ts";
import type { NodeHost } from "../../src/runtimes/node/host.ts";
import type { Registry } from "../../src/runtimes/node/registry.ts";
import type { VirtualClock } from "../../src/sandbox/clock.ts";
import type { Faults } from "../../src/sandbox/faults.ts";
import type { HubSpotSandbox, HubSpotSwitches, PortalOptions, SandboxPortal } from "../../src/sandbox/hubspot/index.ts";
import { House, type HouseOptions, type LogLine } from "./house.ts";
import { HubSpotPortalWorld } from "./world-hubspot.ts";

export { DAY, HOUR, type LogLine, MINUTE, PUBLIC_URL, START } from "./house.ts";

export interface WorldOptions {
  seed?: number;
  startAt?: number;
  /** where letters and calls past the CRM go; default: nowhere */
  outside?: NonNullable<HouseOptions["outside"]>;
  faults?: Faults;
  switches?: Partial<HubSpotSwitches>;
  portal?: PortalOptions;
  bounds?: Bounds;
  /** a folder for real files; default: in memory */
  folder?: string;
}

export class HubSpotWorld {
  readonly house: House;
  readonly people: HubSpotPortalWorld;

  constructor(options: WorldOptions = {}) {
    const { faults, switches, portal, ...rest } = options;
    this.house = new House({
      ...rest,
      ...(faults && { faults: { hubspot: faults } }),
      ...(switches && { switches: { hubspot: switches } }),
    });
    this.people = new HubSpotPortalWorld(this.house, portal);
  }

  get clock(): VirtualClock {
    return this.house.clock;
  }

  get sandbox(): HubSpotSandbox {
    return this.house.hubspot;
  }

  get portal(): SandboxPortal {
    return this.people.portal;
  }

  get logs(): LogLine[] {
    return this.house.logs;
  }

  get faults(): Faults {
    return this.house.faults.hubspot;
  }

  get host(): NodeHost {
    return this.house.host;
  }

  get registry(): Registry {
    return this.house.registry;
  }

  get app() {
    return this.house.app;
  }

  get id(): PortalId {
    return this.people.id;
  }

  /** Starts the connector again, on what its databases hold. */
  start(): void {
    this.house.start();
  }

  /** As a kill does it: nothing is finished, nothing is told. */
  crash(): void {
    this.house.kill();
  }

  /** A person installs from the connector's own page. */
  install(scopesGranted?: readonly string[]): Promise<Response> {
    return this.people.installBy(scopesGranted);
  }

  run(untilMs: number, maxTurns?: number): Promise<void> {
    return this.house.run(untilMs, maxTurns);
  }

  runFor(ms: number): Promise<void> {
    return this.house.runFor(ms);
  }

  close(): void {
    this.house.close();
  }
}
