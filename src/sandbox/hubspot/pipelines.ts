/** Pipelines and stages of deals and tickets (facts sheet 5.1, 5.4, 8). Metadata values are strings. */
export interface Stage {
  id: string;
  label: string;
  displayOrder: number;
  metadata: Record<string, string>;
  archived: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface Pipeline {
  id: string;
  label: string;
  displayOrder: number;
  stages: Stage[];
  archived: boolean;
  createdAt: number;
  updatedAt: number;
}

/** What a person hands in: label and, for deals, the probability; closed when it is 0 or 1. */
export interface StageInput {
  id?: string;
  label: string;
  /** deals: "0" to "1.0" */
  probability?: string;
  /** deals: closed; default = the probability is 0 or 1 */
  closed?: boolean;
  /** tickets */
  state?: "OPEN" | "CLOSED";
}

/** A stage with the metadata that HubSpot keeps for its kind. */
export function stageOf(input: StageInput, id: string, displayOrder: number, now: number): Stage {
  const metadata: Record<string, string> = {};
  if (input.state) metadata.ticketState = input.state;
  else {
    const probability = input.probability ?? "0.5";
    const ends = Number(probability) === 0 || Number(probability) === 1;
    metadata.isClosed = String(input.closed ?? ends);
    metadata.probability = probability;
  }
  return { id, label: input.label, displayOrder, metadata, archived: false, createdAt: now, updatedAt: now };
}

const DEAL_STAGES: readonly StageInput[] = [
  { id: "appointmentscheduled", label: "Appointment Scheduled", probability: "0.2" },
  { id: "qualifiedtobuy", label: "Qualified To Buy", probability: "0.4" },
  { id: "presentationscheduled", label: "Presentation Scheduled", probability: "0.6" },
  { id: "decisionmakerboughtin", label: "Decision Maker Bought-In", probability: "0.8" },
  { id: "contractsent", label: "Contract Sent", probability: "0.9" },
  { id: "closedwon", label: "Closed Won", probability: "1.0" },
  { id: "closedlost", label: "Closed Lost", probability: "0.0" },
];

const TICKET_STAGES: readonly StageInput[] = [
  { id: "1", label: "New", state: "OPEN" },
  { id: "2", label: "Waiting on contact", state: "OPEN" },
  { id: "3", label: "Waiting on us", state: "OPEN" },
  { id: "4", label: "Closed", state: "CLOSED" },
];

function factory(id: string, label: string, stages: readonly StageInput[], now: number): Pipeline {
  return {
    id,
    label,
    displayOrder: 0,
    stages: stages.map((stage, index) => stageOf(stage, stage.id!, index, now)),
    archived: false,
    createdAt: now,
    updatedAt: now,
  };
}

/** The pipelines of one object type in one account. */
export class Pipelines {
  readonly list: Pipeline[];
  readonly #stages = new Map<string, { pipeline: Pipeline; stage: Stage }>();
  #nextId = 86_000_100;

  constructor(kind: "deal" | "ticket", now: number) {
    const factoryOne =
      kind === "deal"
        ? factory("default", "Sales Pipeline", DEAL_STAGES, now)
        : factory("0", "Support Pipeline", TICKET_STAGES, now);
    this.list = [];
    this.#keep(factoryOne);
  }

  #keep(pipeline: Pipeline): void {
    this.list.push(pipeline);
    for (const stage of pipeline.stages) this.#stages.set(stage.id, { pipeline, stage });
  }

  pipeline(id: string): Pipeline | null {
    return this.list.find((pipeline) => pipeline.id === id && !pipeline.archived) ?? null;
  }

  /** The stage and its pipeline, also when it was archived since. */
  find(stageId: string): { pipeline: Pipeline; stage: Stage } | null {
    return this.#stages.get(stageId) ?? null;
  }

  /** Numeric ids, as HubSpot gives them to everything after the factory pipeline. */
  add(label: string, stages: readonly StageInput[], now: number, id?: string): Pipeline {
    const made: Pipeline = {
      id: id ?? String(this.#nextId++),
      label,
      displayOrder: this.list.length,
      stages: stages.map((stage, index) => stageOf(stage, stage.id ?? String(this.#nextId++), index, now)),
      archived: false,
      createdAt: now,
      updatedAt: now,
    };
    this.#keep(made);
    return made;
  }

  addStage(pipelineId: string, input: StageInput, now: number): Stage {
    const pipeline = this.pipeline(pipelineId);
    if (!pipeline) throw new Error(`no pipeline ${pipelineId}`);
    const stage = stageOf(input, input.id ?? String(this.#nextId++), pipeline.stages.length, now);
    pipeline.stages.push(stage);
    pipeline.updatedAt = now;
    this.#stages.set(stage.id, { pipeline, stage });
    return stage;
  }
}

/** Closed deal or ticket stage. */
export function isClosed(stage: Stage): boolean {
  return stage.metadata.isClosed === "true" || stage.metadata.ticketState === "CLOSED";
}

/** Closed with probability 1. */
export function isWon(stage: Stage): boolean {
  return stage.metadata.isClosed === "true" && Number(stage.metadata.probability) === 1;
}

/** Closed with probability 0. */
export function isLost(stage: Stage): boolean {
  return stage.metadata.isClosed === "true" && Number(stage.metadata.probability) === 0;
}
