import { type Answer, type Call, ok, type Route } from "../call.ts";
import { contractBroken, notFound } from "../errors.ts";
import type { Pipeline, Pipelines, Stage } from "../pipelines.ts";
import { isoInstant } from "../values.ts";
import { readScopes, typeParam } from "./shapes.ts";

/** Pipelines are read by the app and edited by people (facts sheet 8). */
const BASE = "/crm/pipelines/2026-09/{objectType}";

function pipelinesOf(call: Call): Pipelines {
  const type = typeParam(call.params);
  const pipelines = call.crm.pipelines[type.id];
  if (!pipelines) throw contractBroken(`${type.plural} have no pipelines`);
  return pipelines;
}

function shapeStage(stage: Stage): Record<string, unknown> {
  return {
    id: stage.id,
    label: stage.label,
    displayOrder: stage.displayOrder,
    metadata: stage.metadata,
    archived: stage.archived,
    createdAt: isoInstant(stage.createdAt),
    updatedAt: isoInstant(stage.updatedAt),
    writePermissions: "CRM_PERMISSIONS_ENFORCEMENT",
  };
}

function shapePipeline(pipeline: Pipeline): Record<string, unknown> {
  return {
    id: pipeline.id,
    label: pipeline.label,
    displayOrder: pipeline.displayOrder,
    stages: pipeline.stages.filter((stage) => !stage.archived).map(shapeStage),
    archived: pipeline.archived,
    createdAt: isoInstant(pipeline.createdAt),
    updatedAt: isoInstant(pipeline.updatedAt),
  };
}

function one(call: Call): Pipeline {
  const pipeline = pipelinesOf(call).pipeline(call.params.pipelineId!);
  if (!pipeline) throw notFound();
  return pipeline;
}

function list(call: Call): Answer {
  return ok({
    results: pipelinesOf(call)
      .list.filter((pipeline) => !pipeline.archived)
      .map(shapePipeline),
  });
}

function readStage(call: Call): Answer {
  const stage = one(call).stages.find((candidate) => candidate.id === call.params.stageId && !candidate.archived);
  if (!stage) throw notFound();
  return ok(shapeStage(stage));
}

const scopes = readScopes("objectType");

export const PIPELINE_ROUTES: readonly Route[] = [
  { method: "GET", path: BASE, scopes, handle: list },
  { method: "GET", path: `${BASE}/{pipelineId}`, scopes, handle: (call) => ok(shapePipeline(one(call))) },
  {
    method: "GET",
    path: `${BASE}/{pipelineId}/stages`,
    scopes,
    handle: (call) =>
      ok({
        results: one(call)
          .stages.filter((stage) => !stage.archived)
          .map(shapeStage),
      }),
  },
  { method: "GET", path: `${BASE}/{pipelineId}/stages/{stageId}`, scopes, handle: readStage },
];
