/** The properties API: definitions as HubSpot lists them, kept for an hour, and the calls that create and archive them (7). */
import { z } from "zod";
import type { Client } from "./client.ts";
import { API_VERSION } from "./limits.ts";

const option = z.looseObject({
  label: z.string(),
  value: z.string(),
  displayOrder: z.number().nullish(),
  hidden: z.boolean().nullish(),
});

/** Of an account's hundreds of definitions only ours are looked into: null counts as left out, wherever the contract allows that. */
const property = z.looseObject({
  name: z.string(),
  label: z.string().nullish(),
  type: z.string(),
  fieldType: z.string().nullish(),
  groupName: z.string().nullish(),
  hubspotDefined: z.boolean().nullish(),
  hasUniqueValue: z.boolean().nullish(),
  referencedObjectType: z.string().nullish(),
  options: z.array(option).nullish(),
});
export type Property = z.infer<typeof property>;
const propertyList = z.looseObject({ results: z.array(property) });
const groupList = z.looseObject({ results: z.array(z.looseObject({ name: z.string() })) });
const limits = z.looseObject({
  overallLimit: z.number(),
  overallUsage: z.number(),
  byObjectType: z.array(z.looseObject({ objectTypeId: z.string(), limit: z.number(), usage: z.number() })),
});

/** What HubSpot takes to define a property. */
export interface PropertyInput {
  groupName: string;
  name: string;
  label: string;
  type: "bool" | "date" | "datetime" | "enumeration" | "number" | "string";
  fieldType: "booleancheckbox" | "date" | "number" | "select" | "text" | "textarea";
  description?: string;
  options?: { label: string; value: string; displayOrder: number; hidden: boolean }[];
  hasUniqueValue?: boolean;
  referencedObjectType?: string;
  externalOptions?: boolean;
}

export interface Room {
  overall: number;
  /** by object type id */
  byType: ReadonlyMap<string, number>;
}

const KEPT_MS = 3_600_000;

/** One portal's property definitions, by path segment of the object type (`companies`). */
export class Properties {
  readonly #client: Client;
  readonly #kept = new Map<string, { at: number; live: Map<string, Property> }>();
  readonly #loading = new Map<string, Promise<ReadonlyMap<string, Property>>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The live definitions by name; one call when what is kept is older than an hour. */
  async live(path: string): Promise<ReadonlyMap<string, Property>> {
    const kept = this.#kept.get(path);
    if (kept && this.#client.now() - kept.at < KEPT_MS) return kept.live;
    return this.load(path);
  }

  /** Would `live` answer without a call? */
  isKept(path: string): boolean {
    const kept = this.#kept.get(path);
    return kept !== undefined && this.#client.now() - kept.at < KEPT_MS;
  }

  /** What is kept of the live definitions, without a call; null when nothing is. */
  kept(path: string): ReadonlyMap<string, Property> | null {
    return this.#kept.get(path)?.live ?? null;
  }

  /** The live definitions as they stand now; one call, shared by those who ask at the same moment. */
  load(path: string): Promise<ReadonlyMap<string, Property>> {
    let loading = this.#loading.get(path);
    if (!loading) {
      loading = this.#load(path).finally(() => this.#loading.delete(path));
      this.#loading.set(path, loading);
    }
    return loading;
  }

  async #load(path: string): Promise<ReadonlyMap<string, Property>> {
    const live = byName(await this.#list(path, ""));
    this.#kept.set(path, { at: this.#client.now(), live });
    return live;
  }

  /** The archived definitions; one call, not kept. */
  async archived(path: string): Promise<ReadonlyMap<string, Property>> {
    return byName(await this.#list(path, "?archived=true"));
  }

  /** A write was refused for a name that we thought was there. */
  forget(path: string): void {
    this.#kept.delete(path);
  }

  async #list(path: string, query: string): Promise<Property[]> {
    const call = { method: "GET", path: `${root(path)}${query}`, items: 1 } as const;
    return (await this.#client.ask(call, propertyList)).results;
  }

  /** How many custom properties still fit (`GET limits`). */
  async room(): Promise<Room> {
    const call = { method: "GET", path: `/crm/limits/${API_VERSION}/custom-properties`, items: 1 } as const;
    const { overallLimit, overallUsage, byObjectType } = await this.#client.ask(call, limits);
    const byType = byObjectType.map(({ objectTypeId, limit, usage }) => [objectTypeId, limit - usage] as const);
    return { overall: overallLimit - overallUsage, byType: new Map(byType) };
  }

  async groups(path: string): Promise<ReadonlySet<string>> {
    const { results } = await this.#client.ask({ method: "GET", path: `${root(path)}/groups`, items: 1 }, groupList);
    return new Set(results.map(({ name }) => name));
  }

  async createGroup(path: string, name: string, label: string): Promise<void> {
    await this.#client.call({
      method: "POST",
      path: `${root(path)}/groups`,
      write: true,
      items: 1,
      json: { name, label },
    });
  }

  async removeGroup(path: string, name: string): Promise<void> {
    await this.#client.call({ method: "DELETE", path: `${root(path)}/groups/${name}`, write: true, items: 1 });
  }

  /** @returns the names that exist now; a part may be refused. @throws CrmFailure `refused` when all are */
  async createMany(path: string, inputs: readonly PropertyInput[]): Promise<string[]> {
    const call = {
      method: "POST",
      path: `${root(path)}/batch/create`,
      write: true,
      items: inputs.length,
      json: { inputs },
    } as const;
    return this.#remember(path, (await this.#client.ask(call, propertyList)).results);
  }

  /** @throws CrmFailure `refused` when HubSpot does not want it so */
  async createOne(path: string, input: PropertyInput): Promise<void> {
    const call = { method: "POST", path: root(path), write: true, items: 1, json: input } as const;
    this.#remember(path, [await this.#client.ask(call, property)]);
  }

  /** What people read of a property: its label, and its options, all of them. */
  async change(path: string, name: string, json: Partial<Pick<PropertyInput, "label" | "options">>): Promise<void> {
    const call = { method: "PATCH", path: `${root(path)}/${name}`, write: true, items: 1, json } as const;
    this.#remember(path, [await this.#client.ask(call, property)]);
  }

  async archive(path: string, names: readonly string[]): Promise<void> {
    const inputs = names.map((name) => ({ name }));
    await this.#client.call({
      method: "POST",
      path: `${root(path)}/batch/archive`,
      write: true,
      items: names.length,
      json: { inputs },
    });
    for (const name of names) this.#kept.get(path)?.live.delete(name);
  }

  #remember(path: string, properties: readonly Property[]): string[] {
    const kept = this.#kept.get(path);
    for (const created of properties) kept?.live.set(created.name, created);
    return properties.map(({ name }) => name);
  }
}

function root(path: string): string {
  return `/crm/properties/${API_VERSION}/${path}`;
}

function byName(properties: readonly Property[]): Map<string, Property> {
  return new Map(properties.map((definition) => [definition.name, definition]));
}
