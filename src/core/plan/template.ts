/** The template: a versioned recipe as plain data. This schema is the only definition; types, checks and the published JSON schema follow from it. */
import { z } from "zod";
import { LANGUAGES } from "../model.ts";
import { ours } from "../problem.ts";

const key = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "key_form");
const days = z.int().min(0).max(730);

/** Complexity never makes a plan longer than by this, days: beyond a year it is another plan. */
export const LONGEST_EXTENSION_DAYS = 365;

/** A text in the languages its author speaks; a missing language falls back to English, then to whatever there is. */
const localised = z
  .partialRecord(z.enum(LANGUAGES), z.string().min(1).max(6000))
  .refine((texts) => Object.keys(texts).length > 0, ours("no_language"));
export type Localised = z.infer<typeof localised>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** A question to CRM facts and plan state. Facts are named as in `PlanFacts.values`, for example `company.headcount`. */
export type Condition =
  | { fact: string; is: "=" | "!=" | "<" | "<=" | ">" | ">="; value: string | number | boolean }
  | { fact: string; is: "empty" | "filled" }
  | { step: string; is: "done" | "open" | "skipped" | "gone" | "overdue" }
  | { milestone: string; is: "reached" | "missed" | "ahead" }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition };

export const condition: z.ZodType<Condition, Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ fact: z.string().min(1), is: z.enum(["=", "!=", "<", "<=", ">", ">="]), value: scalar }),
    z.strictObject({ fact: z.string().min(1), is: z.enum(["empty", "filled"]) }),
    z.strictObject({ step: key, is: z.enum(["done", "open", "skipped", "gone", "overdue"]) }),
    z.strictObject({ milestone: key, is: z.enum(["reached", "missed", "ahead"]) }),
    z.strictObject({ all: z.array(condition).min(1) }),
    z.strictObject({ any: z.array(condition).min(1) }),
    z.strictObject({ not: condition }),
  ]),
);

/** When a step is due. `days` counts from the anchor; from `target` it counts back. */
const when = z.strictObject({
  from: z
    .union([z.literal("start"), z.literal("target"), z.strictObject({ step: key }), z.strictObject({ milestone: key })])
    .default("start"),
  days,
  unit: z.enum(["calendar", "business"]).default("calendar"),
  /** minutes after local midnight; absent: the portal's due time */
  minute: z.int().min(0).max(1439).optional(),
});

/** Roles are tried in order; `deal_owner` and `client_owner` are built in, every other name is a role of the portal's settings. */
const owners = z.array(z.string().min(1).max(60)).max(5).default(["deal_owner", "client_owner"]);

const step = z.strictObject({
  key,
  /** task: a CRM task · message: to the client · provision: a signed call to the customer's systems · external: done by a callback, shown as a task */
  kind: z.enum(["task", "message", "provision", "external"]).default("task"),
  title: localised,
  body: localised.optional(),
  phase: key,
  when,
  /** working days the step itself takes after what it waits for */
  durationDays: days.default(0),
  /** length of the meeting or call, minutes */
  durationMinutes: z.int().min(0).max(1440).optional(),
  /** steps that have to be finished first */
  after: z.array(key).max(20).default([]),
  /** the step opens only once this holds; until then its task does not exist */
  gate: condition.optional(),
  /** asked when the step falls due: if it does not hold, the step is skipped and the outcome logged */
  condition: condition.optional(),
  owner: owners,
  /** further roles that help, and that watch */
  accomplices: z.array(z.string().min(1)).max(5).default([]),
  auditors: z.array(z.string().min(1)).max(5).default([]),
  type: z.enum(["todo", "call", "email", "meeting"]).default("todo"),
  priority: z.enum(["low", "medium", "high"]).default("medium"),
  checklist: z.array(localised).max(30).default([]),
  /** reminder this many working days before the due day; absent: as the reminder of the ladder for tasks */
  reminderDays: z.int().min(0).max(60).optional(),
  /** the due date belongs to the calendar and is not moved by other steps, segment length or complexity */
  fixed: z.boolean().default(false),
  /** false: another segment length leaves the offset as it is */
  scaled: z.boolean().default(true),
  /** false: neither progress nor graduation waits for it */
  required: z.boolean().default(true),
  /** shown on the client's plan page, under its title only */
  client: z.boolean().default(false),
  /** only in plans started with this option */
  option: key.optional(),
  /** what people write down on the client with this step: ids of fields for their own words, for example `kpis` */
  collects: z.array(key).max(5).default([]),
  /** a signal watched while the step's phase lasts */
  monitor: key.optional(),
  /** wants a meeting in the calendar */
  meeting: z.boolean().default(false),
  /** of a message: which text, over which channel */
  message: z
    .strictObject({
      text: z.string().min(1).max(60),
      channel: z.enum(["email", "sms", "push"]).default("email"),
      /** part of a sequence that ends when the client answers */
      stopOnReply: z.boolean().default(true),
      attachments: z.array(z.string().min(1)).max(5).default([]),
      /** hours after another message step went out, instead of `when` */
      afterMessage: z.strictObject({ step: key, hours: z.int().min(1).max(720) }).optional(),
    })
    .optional(),
  /** of a provision step: which action of the portal's settings */
  action: key.optional(),
});

const phase = z.strictObject({
  key,
  title: localised,
  goal: localised.optional(),
  fromDay: days,
  /** latest finish, counted from the start; passing it escalates once */
  toDay: days,
  /** bound to the calendar: another segment length does not stretch it */
  fixed: z.boolean().default(false),
});

const milestone = z.strictObject({
  /** `first_value` and `go_live` are known by name: the key figures count to them */
  key,
  title: localised,
  day: days,
  /** reached when all of these steps are done */
  steps: z.array(key).max(20).default([]),
  /** or when this holds */
  condition: condition.optional(),
});

/** What makes phases longer: while `when` holds of the deal and the client, each named phase has so many days more. Entries that hold add up. */
const complexity = z.strictObject({
  /** properties only: there is no plan yet when it is asked first */
  when: condition,
  /** phase key -> days */
  extends: z
    .record(key, z.int().min(1).max(LONGEST_EXTENSION_DAYS))
    .refine((phases) => Object.keys(phases).length > 0, ours("too_few", { n: 1 })),
});

/** A recurring contact after graduation. */
const touchpoint = z.strictObject({
  key,
  title: localised,
  body: localised.optional(),
  everyMonths: z.int().min(1).max(24),
  /** only between these months after the start, both included */
  fromMonth: z.int().min(0).optional(),
  toMonth: z.int().min(0).optional(),
  type: z.enum(["todo", "call", "email", "meeting"]).default("call"),
  priority: z.enum(["low", "medium", "high"]).default("medium"),
  owner: owners,
});

export const templateSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "id_form"),
  version: z.int().min(1),
  title: localised,
  /** false: the plan closes when everything is done, and no contacts follow it */
  graduates: z.boolean().default(true),
  /** the length for which the offsets were written; another length scales every step that is not fixed */
  lengthDays: days.min(1),
  phases: z.array(phase).min(1).max(12),
  milestones: z.array(milestone).max(20).default([]),
  steps: z.array(step).min(1).max(120),
  complexity: z.array(complexity).max(20).default([]),
  touchpoints: z
    .strictObject({
      A: z.array(touchpoint).max(6).default([]),
      B: z.array(touchpoint).max(6).default([]),
      C: z.array(touchpoint).max(6).default([]),
    })
    .default({ A: [], B: [], C: [] }),
});

/** A template as its author writes it: defaults may be left out. */
export type TemplateInput = z.input<typeof templateSchema>;
export type Template = z.output<typeof templateSchema>;
export type TemplateStep = Template["steps"][number];
export type TemplatePhase = Template["phases"][number];
export type Touchpoint = Template["touchpoints"]["A"][number];

/** Checks the form of a template and fills in defaults. @throws z.ZodError naming every problem with its path. Sense is checked by `lintTemplate`. */
export function parseTemplate(input: unknown): Template {
  return templateSchema.parse(input);
}

/** The published JSON schema of a template (draft 2020-12), for editors. */
export function templateJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(templateSchema, { io: "input", target: "draft-2020-12" }) as Record<string, unknown>;
}
