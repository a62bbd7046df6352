/** Which stage of which pipeline means won, lost, open or closed, kept for an hour and asked again on an unknown stage (5.1, 5.4). */
import { z } from "zod";
import type { Stage } from "../port.ts";
import type { Client } from "./client.ts";
import { API_VERSION } from "./limits.ts";

type StageKind = Stage["kind"];

export interface StageLookup {
  /** undefined for a stage that HubSpot does not list */
  outcome(kind: StageKind, stage: string | null): Stage["outcome"] | undefined;
  /** ids of the won deal stages */
  won(): readonly string[];
}

const pipelines = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.string(),
      stages: z.array(
        z.looseObject({
          id: z.string(),
          metadata: z.record(z.string(), z.unknown()).nullish(),
          archived: z.boolean().nullish(),
        }),
      ),
    }),
  ),
});

const KEPT_MS = 3_600_000;
/** A stage that HubSpot does not know either is not a reason to ask at every read. */
const UNKNOWN_PAUSE_MS = 60_000;

const PATHS: Readonly<Record<StageKind, string>> = { deal: "deals", ticket: "tickets" };

export class Stages implements StageLookup {
  readonly #client: Client;
  readonly #kept = new Map<StageKind, { at: number; stages: Stage[]; byId: Map<string, Stage> }>();
  readonly #loading = new Map<StageKind, Promise<readonly Stage[]>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** All stages of a kind; one call when what is kept is older than an hour. */
  async all(kind: StageKind): Promise<readonly Stage[]> {
    const kept = this.#kept.get(kind);
    if (kept && this.#client.now() - kept.at < KEPT_MS) return kept.stages;
    return this.#load(kind);
  }

  /** Would `all` answer without a call? */
  isKept(kind: StageKind): boolean {
    const kept = this.#kept.get(kind);
    return kept !== undefined && this.#client.now() - kept.at < KEPT_MS;
  }

  /** Asks again when one of `ids` is not known. */
  async learn(kind: StageKind, ids: Iterable<string>): Promise<void> {
    await this.all(kind);
    const { at, byId } = this.#kept.get(kind)!;
    if (this.#client.now() - at < UNKNOWN_PAUSE_MS) return;
    for (const id of ids) {
      if (byId.has(id)) continue;
      await this.#load(kind);
      return;
    }
  }

  outcome(kind: StageKind, stage: string | null): Stage["outcome"] | undefined {
    return stage === null ? undefined : this.#kept.get(kind)?.byId.get(stage)?.outcome;
  }

  won(): readonly string[] {
    return (this.#kept.get("deal")?.stages ?? []).filter(({ outcome }) => outcome === "won").map(({ stage }) => stage);
  }

  /** One call, shared by those who ask at the same moment. */
  #load(kind: StageKind): Promise<readonly Stage[]> {
    let loading = this.#loading.get(kind);
    if (!loading) {
      loading = this.#fetch(kind).finally(() => this.#loading.delete(kind));
      this.#loading.set(kind, loading);
    }
    return loading;
  }

  async #fetch(kind: StageKind): Promise<readonly Stage[]> {
    const { results } = await this.#client.ask(
      { method: "GET", path: `/crm/pipelines/${API_VERSION}/${PATHS[kind]}`, items: 1 },
      pipelines,
    );
    const stages = results.flatMap((pipeline) =>
      pipeline.stages.map((stage): Stage => {
        const metadata = stage.metadata ?? {};
        const outcome = kind === "deal" ? dealOutcome(metadata) : metadata.ticketState === "CLOSED" ? "closed" : "open";
        return { kind, pipeline: pipeline.id, stage: stage.id, outcome };
      }),
    );
    this.#kept.set(kind, {
      at: this.#client.now(),
      stages,
      byId: new Map(stages.map((stage) => [stage.stage, stage])),
    });
    return stages;
  }
}

/** 5.1: won = closed with probability 1, lost = any other closed stage. Both values are strings. */
function dealOutcome(metadata: Readonly<Record<string, unknown>>): Stage["outcome"] {
  if (String(metadata.isClosed) !== "true") return "open";
  return Number(metadata.probability) === 1 ? "won" : "lost";
}
