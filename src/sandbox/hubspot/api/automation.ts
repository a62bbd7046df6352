import { type Answer, batchFrame, type Call, EMPTY, ok, type Route } from "../call.ts";
import { conflict, contractBroken, invalid, notFound, Refusal } from "../errors.ts";
import { objectTypeOf } from "../object-types.ts";
import { isoInstant } from "../values.ts";
import { atMost } from "./shapes.ts";

/** Timeline events, behavioural events, sequences, workflow callbacks (facts sheet 8, 10). */
interface TimelineEvent {
  eventTypeName: string;
  id: string;
  objectId?: string;
  email?: string;
  properties: Record<string, string>;
  timestamp?: string;
}

function keepEvent(call: Call, event: TimelineEvent): TimelineEvent {
  const types = call.sandbox.options.timelineEventTypes;
  if (types && !types.includes(event.eventTypeName)) {
    throw invalid(
      `Event type ${event.eventTypeName} does not exist`,
      undefined,
      `no event type ${event.eventTypeName}`,
    );
  }
  if (!event.objectId && !event.email) throw contractBroken("a timeline event needs objectId or email");
  if (call.portal.timeline.has(event.id)) throw conflict(`An event with id ${event.id} exists`);
  const kept = { ...event, timestamp: event.timestamp ?? new Date(call.crm.now()).toISOString() };
  call.portal.timeline.set(event.id, kept);
  return kept;
}

function sendEvents(call: Call): Answer {
  const inputs = call.body.inputs as TimelineEvent[];
  atMost(inputs, 500, "timeline events/batch");
  const results: TimelineEvent[] = [];
  const errors: unknown[] = [];
  for (const input of inputs) {
    try {
      results.push(keepEvent(call, input));
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      call.sandbox.violated(call, problem.rule);
      const { category, message } = problem.body;
      errors.push({ status: "error", category, message, context: { id: [input.id] }, errors: [], links: {} });
    }
  }
  return ok(batchFrame(call, results, errors));
}

function resolveType(call: Call): Answer {
  const { developerSymbol, projectName } = call.body as { developerSymbol: string; projectName: string };
  const types = call.sandbox.options.timelineEventTypes ?? [];
  const fullyQualifiedName = types.find((name) => name.includes(developerSymbol)) ?? null;
  if (!fullyQualifiedName) throw notFound();
  return ok({ fullyQualifiedName, developerQualifiedSymbol: { developerSymbol, projectName } });
}

function sendBehaviour(call: Call): Answer {
  const events = (call.body.inputs as Record<string, unknown>[] | undefined) ?? [call.body as Record<string, unknown>];
  atMost(events, 500, "events/send/batch");
  call.portal.behaviour.push(...events);
  return EMPTY;
}

// ---------------------------------------------------------------- sequences

function shapeSequence(call: Call, id: string): Record<string, unknown> {
  const sequence = call.portal.sequences.get(id);
  if (!sequence) throw notFound();
  const at = isoInstant(sequence.createdAt);
  return { id, name: sequence.name, userId: String(sequence.userId), createdAt: at, updatedAt: at };
}

function listSequences(call: Call): Answer {
  const userId = Number(call.query.get("userId"));
  const name = call.query.get("name")?.toLowerCase() ?? "";
  const found = [...call.portal.sequences.values()].filter(
    (sequence) => sequence.userId === userId && sequence.name.toLowerCase().includes(name),
  );
  return ok({ total: found.length, results: found.map((sequence) => shapeSequence(call, sequence.id)) });
}

function enrol(call: Call): Answer {
  const body = call.body as { sequenceId: string; contactId: string; senderEmail: string };
  const { portal, crm } = call;
  const contact = crm.store(objectTypeOf("contact")).live(body.contactId);
  if (!portal.sequences.has(body.sequenceId) || !contact) throw notFound();
  const sender = crm.people.byUser(Number(call.query.get("userId")));
  const maySend = sender?.archivedAt === null && sender.connectedInbox && sender.email === body.senderEmail;
  // The codes of these refusals are unverified: the contract names none.
  if (sender && !sender.paidSeat) throw invalid("A seat is missing", [{ message: "no seat", code: "SEAT_REQUIRED" }]);
  if (!contact.values.email) throw invalid("No e-mail address", [{ message: "no address", code: "CONTACT_NO_EMAIL" }]);
  if (contact.values.hs_email_optout === "true")
    throw invalid("The contact opted out", [{ message: "opted out", code: "CONTACT_UNSUBSCRIBED" }]);
  if (!maySend) {
    throw invalid("The sender has no connected inbox", [
      { message: "no connected inbox", code: "SENDER_NOT_CONNECTED" },
    ]);
  }
  if (portal.enrolments.some((other) => other.contactId === body.contactId)) {
    throw invalid("The contact is already enrolled in a sequence", [
      { message: "already enrolled", code: "CONTACT_ALREADY_ENROLLED" },
    ]);
  }
  const enrolment = { id: String(90_000 + portal.enrolments.length), at: crm.now(), ...body };
  portal.enrolments.push(enrolment);
  const at = isoInstant(enrolment.at);
  return ok({ id: enrolment.id, toEmail: contact.values.email ?? "", enrolledAt: at, updatedAt: at });
}

function readEnrolment(call: Call): Answer {
  const found = call.portal.enrolments.find((enrolment) => enrolment.contactId === call.params.contactId);
  if (!found) throw notFound();
  const sequence = call.portal.sequences.get(found.sequenceId)!;
  const at = isoInstant(found.at);
  return ok({
    id: found.id,
    sequenceId: found.sequenceId,
    sequenceName: sequence.name,
    enrolledAt: at,
    enrolledBy: String(sequence.userId),
    enrolledByEmail: found.senderEmail,
    toEmail: call.crm.store(objectTypeOf("contact")).live(found.contactId)?.values.email ?? "",
    updatedAt: at,
  });
}

// ---------------------------------------------------------------- workflow callbacks

function complete(call: Call, callbackId: string, outcome: Record<string, unknown>): void {
  const callback = call.portal.callbacks.get(callbackId);
  if (!callback) throw notFound(`callback ${callbackId} does not exist`);
  const state = (outcome.outputFields as Record<string, string> | undefined)?.hs_execution_state;
  if (state !== undefined && !["SUCCESS", "FAIL_CONTINUE", "BLOCK", "ASYNC"].includes(state)) {
    throw contractBroken(`hs_execution_state ${state} is not known`);
  }
  callback.completed = outcome;
}

function completeOne(call: Call): Answer {
  complete(call, call.params.callbackId!, call.body);
  return EMPTY;
}

function completeMany(call: Call): Answer {
  const inputs = call.body.inputs as (Record<string, unknown> & { callbackId: string })[];
  atMost(inputs, 100, "callbacks/complete");
  for (const input of inputs) complete(call, input.callbackId, input);
  return EMPTY;
}

const timeline = () => ["timeline"];
const sequencesRead = () => ["automation.sequences.read"];
const automation = () => ["automation"];
const behavioural = () => ["analytics.behavioral_events.send"];
const SEQUENCES = "/automation/sequences/2026-09";
const CALLBACKS = "/automation/actions/callbacks/2026-09";

export const AUTOMATION_ROUTES: readonly Route[] = [
  {
    method: "POST",
    path: "/integrators/timeline/2026-03/events",
    scopes: timeline,
    handle: (call) => ok(keepEvent(call, call.body), 201),
  },
  { method: "POST", path: "/integrators/timeline/2026-03/events/batch", scopes: timeline, handle: sendEvents },
  { method: "POST", path: "/integrators/timeline/2026-03/types/projects", handle: resolveType },
  { method: "POST", path: "/events/2026-03/send", scopes: behavioural, handle: sendBehaviour },
  { method: "POST", path: "/events/2026-03/send/batch", scopes: behavioural, handle: sendBehaviour },
  { method: "GET", path: SEQUENCES, scopes: sequencesRead, handle: listSequences },
  {
    method: "POST",
    path: `${SEQUENCES}/enrollments`,
    scopes: () => ["automation.sequences.enrollments.write"],
    handle: enrol,
  },
  { method: "GET", path: `${SEQUENCES}/enrollments/contact/{contactId}`, scopes: sequencesRead, handle: readEnrolment },
  {
    method: "GET",
    path: `${SEQUENCES}/{sequenceId}`,
    scopes: sequencesRead,
    handle: (call) => ok({ ...shapeSequence(call, call.params.sequenceId!), steps: [], dependencies: [] }),
  },
  { method: "POST", path: `${CALLBACKS}/complete`, scopes: automation, handle: completeMany },
  { method: "POST", path: `${CALLBACKS}/{callbackId}/complete`, scopes: automation, handle: completeOne },
];
