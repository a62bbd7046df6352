/**
 * HubSpot's properties ↔ our facts. Each kind lists what it reads and says what it means; section numbers are those of the
 * facts sheet. A property that an account does not have comes back missing and gives null: "not available", never "bad".
 */
import type { Facts, FactValue, RecordKind } from "../../core/model.ts";
import type { StageLookup } from "./stages.ts";
import { booleanOf, dayOfValue, instantOf, latestOf, numberOf, type Raw, textOf } from "./values.ts";

/** What a mapping may look at besides the record's own values. */
export interface MapContext {
  stages: StageLookup;
  /** earlier values of properties that are read with history, oldest first, by property */
  history: Readonly<Record<string, readonly string[]>>;
}

interface Mapping {
  properties: readonly string[];
  /** properties whose earlier values are wanted */
  history?: readonly string[];
  facts(raw: Raw, context: MapContext): Record<string, FactValue>;
}

/** Rolled up by HubSpot from logged calls, meetings, one-to-one mails (5.2, 5.3). No extra call, no extra scope. */
const CONTACTED = [
  "notes_last_contacted",
  "hs_last_sales_activity_timestamp",
  "hs_sales_email_last_replied",
  "notes_next_activity_date",
];

/** lastContactAt: the later of "last contacted" and the last sales activity, either of which an account may lack. */
function contacted(raw: Raw): Record<string, FactValue> {
  return {
    lastContactAt: latestOf(instantOf(raw.notes_last_contacted), instantOf(raw.hs_last_sales_activity_timestamp)),
    lastReplyAt: latestOf(instantOf(raw.hs_sales_email_last_replied), instantOf(raw.hs_email_last_reply_date)),
    nextActivityAt: instantOf(raw.notes_next_activity_date),
  };
}

/**
 * 5.1. outcome from the stage's own metadata, because the calculated hs_is_closed_won may trail. wonAt: entry into the won
 * stage, else the won date, else the close date, which people edit. amount in the account's currency: HubSpot's conversion,
 * else the plain amount of a deal without a currency of its own.
 */
const DEAL: Mapping = {
  properties: [
    "dealstage",
    "pipeline",
    "closedate",
    "createdate",
    "amount",
    "amount_in_home_currency",
    "deal_currency_code",
    "dealtype",
    "hubspot_owner_id",
    "hs_closed_won_date",
    "hs_is_closed_won",
    "hs_is_closed",
    "hs_primary_associated_company",
  ],
  facts(raw, { stages }) {
    const stage = textOf(raw.dealstage);
    const outcome = stages.outcome("deal", stage) ?? calculatedOutcome(raw);
    const wonAt =
      instantOf(raw[stageEntered(stage ?? "")]) ?? instantOf(raw.hs_closed_won_date) ?? instantOf(raw.closedate);
    return {
      outcome,
      stage,
      pipeline: textOf(raw.pipeline),
      wonAt: outcome === "won" ? wonAt : null,
      closeAt: instantOf(raw.closedate),
      amount: numberOf(raw.amount_in_home_currency) ?? (textOf(raw.deal_currency_code) ? null : numberOf(raw.amount)),
      ownerId: textOf(raw.hubspot_owner_id),
      createdAt: instantOf(raw.createdate),
      type: textOf(raw.dealtype),
    };
  },
};

function calculatedOutcome(raw: Raw): "open" | "won" | "lost" {
  if (booleanOf(raw.hs_is_closed_won)) return "won";
  return booleanOf(raw.hs_is_closed) ? "lost" : "open";
}

/** When a deal last entered a stage (5.1, the v2 set). */
function stageEntered(stage: string): string {
  return `hs_v2_date_entered_${stage}`;
}

/** 5.2. revenue is what the client brought us (won deals), not what it earns itself. */
const COMPANY: Mapping = {
  properties: ["hubspot_owner_id", "numberofemployees", "total_revenue", "lifecyclestage", "createdate", ...CONTACTED],
  facts: (raw) => ({
    ownerId: textOf(raw.hubspot_owner_id),
    headcount: numberOf(raw.numberofemployees),
    revenue: numberOf(raw.total_revenue),
    lifecycle: textOf(raw.lifecyclestage),
    createdAt: instantOf(raw.createdate),
    ...contacted(raw),
  }),
};

/** 5.3. Survey answers stand on the contact; HubSpot keeps one date for all surveys and one of its own for CSAT. */
const CONTACT: Mapping = {
  properties: [
    "hubspot_owner_id",
    "lifecyclestage",
    "createdate",
    "associatedcompanyid",
    "hs_email_last_reply_date",
    "hs_email_optout",
    "hs_email_hard_bounce_reason_enum",
    "hs_feedback_last_nps_rating",
    "hs_feedback_last_survey_date",
    "hs_feedback_last_ces_survey_rating",
    "hs_feedback_last_csat_survey_rating",
    "hs_feedback_last_csat_survey_date",
    ...CONTACTED,
  ],
  facts: (raw) => ({
    ownerId: textOf(raw.hubspot_owner_id),
    lifecycle: textOf(raw.lifecyclestage),
    createdAt: instantOf(raw.createdate),
    ...contacted(raw),
    optedOut: booleanOf(raw.hs_email_optout),
    bounced: textOf(raw.hs_email_hard_bounce_reason_enum) !== null,
    nps: numberOf(raw.hs_feedback_last_nps_rating),
    npsAt: numberOf(raw.hs_feedback_last_nps_rating) === null ? null : instantOf(raw.hs_feedback_last_survey_date),
    ces: easeOf(numberOf(raw.hs_feedback_last_ces_survey_rating)),
    cesAt:
      numberOf(raw.hs_feedback_last_ces_survey_rating) === null ? null : instantOf(raw.hs_feedback_last_survey_date),
    csat: numberOf(raw.hs_feedback_last_csat_survey_rating),
    csatAt:
      numberOf(raw.hs_feedback_last_csat_survey_rating) === null
        ? null
        : instantOf(raw.hs_feedback_last_csat_survey_date),
  }),
};

/**
 * HubSpot asks how easy it was on 1 to 7 (knowledge.hubspot.com, feedback submission properties; unverified on a portal), we on 1 to 5: the ends
 * meet, to two places. Null for what is not of that scale.
 */
function easeOf(score: number | null): number | null {
  if (score === null || score < 1 || score > 7) return null;
  return Math.round(100 * (1 + ((score - 1) * 4) / 6)) / 100;
}

const PRIORITIES: Readonly<Record<string, string>> = { LOW: "low", MEDIUM: "medium", HIGH: "high", URGENT: "high" };
const TASK_TYPES: Readonly<Record<string, string>> = { TODO: "todo", CALL: "call", EMAIL: "email", MEETING: "meeting" };

/** 6. Only COMPLETED is done; waiting, deferred and in progress are open. LinkedIn types count as plain to-dos. */
const TASK: Mapping = {
  properties: [
    "hs_timestamp",
    "hs_task_subject",
    "hs_task_body",
    "hs_task_status",
    "hs_task_priority",
    "hs_task_type",
    "hs_task_completion_date",
    "hs_task_reminders",
    "hubspot_owner_id",
  ],
  facts: (raw) => ({
    status: raw.hs_task_status === "COMPLETED" ? "done" : "open",
    dueAt: instantOf(raw.hs_timestamp),
    reminderAt: instantOf(raw.hs_task_reminders?.split(";")[0]),
    ownerId: textOf(raw.hubspot_owner_id),
    completedAt: instantOf(raw.hs_task_completion_date),
    priority: PRIORITIES[raw.hs_task_priority ?? ""] ?? null,
    type: TASK_TYPES[raw.hs_task_type ?? ""] ?? "todo",
  }),
};

/** 5.4. sentiment: the score 0–100 as −1…1, else the label. firstReplyAt: opening plus the time to the first reply, in ms. */
const TICKET: Mapping = {
  properties: [
    "hs_pipeline",
    "hs_pipeline_stage",
    "createdate",
    "closed_date",
    "hs_ticket_reopened_at",
    "hs_ticket_priority",
    "hs_ticket_category",
    "hs_last_visitor_message_sentiment",
    "hs_last_visitor_message_sentiment_score",
    "time_to_first_agent_reply",
    "hubspot_owner_id",
  ],
  facts(raw, { stages }) {
    const openedAt = instantOf(raw.createdate);
    const replyMs = numberOf(raw.time_to_first_agent_reply);
    const outcome = stages.outcome("ticket", textOf(raw.hs_pipeline_stage));
    return {
      status: (outcome ?? (textOf(raw.closed_date) ? "closed" : "open")) === "closed" ? "closed" : "open",
      openedAt,
      closedAt: instantOf(raw.closed_date),
      reopenedAt: instantOf(raw.hs_ticket_reopened_at),
      priority: PRIORITIES[raw.hs_ticket_priority ?? ""] ?? null,
      topic: topicOf(raw.hs_ticket_category),
      sentiment: sentimentOf(raw),
      firstReplyAt: openedAt === null || replyMs === null ? null : openedAt + replyMs,
      ownerId: textOf(raw.hubspot_owner_id),
    };
  },
};

/** The first category, lower case; HubSpot keeps several separated by `;`. Only what is a code: a portal may name its own. */
function topicOf(raw: string | null | undefined): string | null {
  const first = (raw ?? "").split(";")[0]!.trim().toLowerCase();
  return /^[a-z0-9_-]{1,60}$/.test(first) ? first : null;
}

const MOODS: Readonly<Record<string, number>> = { POSITIVE: 1, NEUTRAL: 0, NEGATIVE: -1 };

function sentimentOf(raw: Raw): number | null {
  const score = numberOf(raw.hs_last_visitor_message_sentiment_score);
  if (score !== null) return Math.max(-1, Math.min(1, (score - 50) / 50));
  return MOODS[(raw.hs_last_visitor_message_sentiment ?? "").toUpperCase()] ?? null;
}

/** 5.5; only SCHEDULED is a documented literal, both spellings of cancelled are taken. */
const OUTCOMES: Readonly<Record<string, string>> = {
  SCHEDULED: "scheduled",
  COMPLETED: "held",
  RESCHEDULED: "moved",
  NO_SHOW: "no_show",
  CANCELED: "cancelled",
  CANCELLED: "cancelled",
};

/** moves: how often the start was changed, from HubSpot's own history, so that a meeting moved twice between two reads counts. */
const MEETING: Mapping = {
  properties: [
    "hs_timestamp",
    "hs_meeting_start_time",
    "hs_meeting_end_time",
    "hs_meeting_outcome",
    "hubspot_owner_id",
  ],
  history: ["hs_meeting_start_time"],
  facts(raw, { history }) {
    const starts = (history.hs_meeting_start_time ?? []).map(instantOf).filter((start) => start !== null);
    return {
      startAt: instantOf(raw.hs_meeting_start_time) ?? instantOf(raw.hs_timestamp),
      endAt: instantOf(raw.hs_meeting_end_time),
      outcome: OUTCOMES[raw.hs_meeting_outcome ?? ""] ?? "scheduled",
      ownerId: textOf(raw.hubspot_owner_id),
      moves: starts.filter((start, index) => index > 0 && start !== starts[index - 1]).length,
    };
  },
};

const CALL: Mapping = {
  properties: ["hs_timestamp", "hs_call_direction", "hs_call_duration", "hs_call_status", "hubspot_owner_id"],
  facts: (raw) => ({
    at: instantOf(raw.hs_timestamp),
    direction: raw.hs_call_direction === "INBOUND" ? "in" : "out",
    durationMs: numberOf(raw.hs_call_duration),
    answered: textOf(raw.hs_call_status) === null ? null : raw.hs_call_status === "COMPLETED",
    ownerId: textOf(raw.hubspot_owner_id),
  }),
};

const EMAIL: Mapping = {
  properties: ["hs_timestamp", "hs_email_direction", "hs_email_status", "hubspot_owner_id"],
  facts: (raw) => ({
    at: instantOf(raw.hs_timestamp),
    direction: raw.hs_email_direction === "INCOMING_EMAIL" ? "in" : "out",
    bounced: raw.hs_email_status === "BOUNCED",
    ownerId: textOf(raw.hubspot_owner_id),
  }),
};

/** 5.6. HubSpot names no day of payment. */
const INVOICE: Mapping = {
  properties: ["hs_invoice_status", "hs_invoice_date", "hs_due_date", "hs_amount_billed", "hs_balance_due"],
  facts: (raw) => ({
    status: raw.hs_invoice_status === "voided" ? "void" : textOf(raw.hs_invoice_status),
    issuedDay: dayOfValue(raw.hs_invoice_date),
    dueDay: dayOfValue(raw.hs_due_date),
    paidDay: null,
    amount: numberOf(raw.hs_amount_billed),
    balance: numberOf(raw.hs_balance_due),
  }),
};

/** 5.6. amount: the next payment, else the last one. HubSpot names no seats. */
const SUBSCRIPTION: Mapping = {
  properties: [
    "hs_status",
    "hs_recurring_billing_start_date",
    "hs_next_payment_due_date",
    "hs_next_payment_amount",
    "hs_last_payment_amount",
  ],
  facts: (raw) => ({
    status: raw.hs_status === "canceled" ? "cancelled" : textOf(raw.hs_status),
    startDay: dayOfValue(raw.hs_recurring_billing_start_date),
    nextDueDay: dayOfValue(raw.hs_next_payment_due_date),
    amount: numberOf(raw.hs_next_payment_amount) ?? numberOf(raw.hs_last_payment_amount),
    seats: null,
  }),
};

/** Feedback submissions; other survey types than these three give no score. */
const SURVEY: Mapping = {
  properties: ["hs_survey_type", "hs_value", "hs_submission_timestamp", "hs_createdate"],
  facts: (raw) => ({
    kind: ["NPS", "CES", "CSAT"].includes(raw.hs_survey_type ?? "") ? raw.hs_survey_type!.toLowerCase() : null,
    score: raw.hs_survey_type === "CES" ? easeOf(numberOf(raw.hs_value)) : numberOf(raw.hs_value),
    at: instantOf(raw.hs_submission_timestamp) ?? instantOf(raw.hs_createdate),
  }),
};

const MAPPINGS: Readonly<Record<RecordKind, Mapping>> = {
  deal: DEAL,
  company: COMPANY,
  contact: CONTACT,
  task: TASK,
  ticket: TICKET,
  meeting: MEETING,
  call: CALL,
  email: EMAIL,
  invoice: INVOICE,
  subscription: SUBSCRIPTION,
  survey: SURVEY,
};

/** Properties that the facts of a kind need; of deals also the moment of entry into each won stage. */
export function propertiesOf(kind: RecordKind, stages: StageLookup): string[] {
  const entered = kind === "deal" ? stages.won().map(stageEntered) : [];
  return [...MAPPINGS[kind].properties, ...entered];
}

/** Properties of a kind that are read with their earlier values. */
export function historyOf(kind: RecordKind): readonly string[] {
  return MAPPINGS[kind].history ?? [];
}

/** The facts in a record's raw values. */
export function factsOf(kind: RecordKind, raw: Raw, context: MapContext): Facts {
  return MAPPINGS[kind].facts(raw, context);
}

/** What a task's answer to a write says, in our words: only what HubSpot returned. */
export function taskEcho(raw: Raw): Record<string, FactValue> {
  const facts = TASK.facts(raw, NO_CONTEXT);
  const echo: Record<string, FactValue> = {};
  for (const [name, property] of Object.entries(ECHOED)) if (property in raw) echo[name] = facts[name]!;
  return echo;
}

const ECHOED = {
  status: "hs_task_status",
  dueAt: "hs_timestamp",
  reminderAt: "hs_task_reminders",
  ownerId: "hubspot_owner_id",
  priority: "hs_task_priority",
  type: "hs_task_type",
} as const;

/** Tasks have no stages and no history that we read. */
const NO_CONTEXT: MapContext = { stages: { outcome: () => undefined, won: () => [] }, history: {} };

/** HubSpot's names for our task types and priorities. */
export const TASK_WORDS = {
  type: { todo: "TODO", call: "CALL", email: "EMAIL", meeting: "MEETING" },
  priority: { low: "LOW", medium: "MEDIUM", high: "HIGH" },
  status: { open: "NOT_STARTED", done: "COMPLETED" },
} as const;
