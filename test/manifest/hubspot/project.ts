/** The developer-platform project as files: every `*-hsmeta.json`, and what its fields may be (facts sheet 3.1, 9, 10). */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { z } from "zod";

export const PROJECT = join(import.meta.dirname, "../../../manifest/hubspot");
export const SRC = join(PROJECT, "src");

export interface MetaFile {
  /** below `src`, with forward slashes */
  path: string;
  folder: string;
  text: string;
}

export function metaFiles(): MetaFile[] {
  const names = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("-hsmeta.json"));
  return names.sort().map((name) => {
    const path = name.split(sep).join("/");
    return { path, folder: dirname(path), text: readFileSync(join(SRC, name), "utf8") };
  });
}

export function meta(path: string): unknown {
  return JSON.parse(readFileSync(join(SRC, path), "utf8"));
}

/** `hsprofile.<name>.json`, by name. */
export function profiles(): ReadonlyMap<string, unknown> {
  const files = readdirSync(PROJECT).filter((name) => /^hsprofile\..+\.json$/.test(name));
  return new Map(files.map((name) => [name.split(".")[1]!, JSON.parse(readFileSync(join(PROJECT, name), "utf8"))]));
}

const uid = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
/** A text of ours, possibly with variables of the profile. */
const text = z.string().trim().min(1);
const url = z.string().regex(/^(\$\{[A-Z_]+\}|https:\/\/[^\s$]+)(\/[^\s$]*)?$/);
const origin = z.string().regex(/^(\$\{[A-Z_]+\}|https:\/\/[^\s/$]+)$/);
const entrypoint = z.string().regex(/^\/app\/[\w/-]+\.tsx$/);

const component = <Type extends string, Config extends z.ZodType>(type: Type, config: Config) =>
  z.strictObject({ uid, type: z.literal(type), config });

const app = component(
  "app",
  z.strictObject({
    name: text,
    description: text.max(500),
    distribution: z.literal("marketplace"),
    auth: z.strictObject({
      type: z.literal("oauth"),
      redirectUrls: z.array(url).min(1),
      requiredScopes: z.array(text).min(1),
      optionalScopes: z.array(text),
      conditionallyRequiredScopes: z.array(text),
    }),
    permittedUrls: z.strictObject({ fetch: z.array(origin), iframe: z.array(origin), img: z.array(origin) }),
    support: z.strictObject({
      supportEmail: text,
      documentationUrl: url,
      supportUrl: url,
      supportPhone: text.optional(),
    }),
  }),
);

const OBJECT_TYPES = [
  ...["appointment", "call", "cart", "commerce payment", "communication", "company", "contact", "course", "deal"],
  ...["discount", "email", "fee", "feedback submission", "goal target", "invoice", "lead", "line item", "listing"],
  ...["meeting event", "note", "order", "partner client", "postal mail", "product", "quote", "quote template"],
  ...["service", "subscription", "task", "tax", "ticket", "user"],
] as const;

const active = z.boolean();
const crmObject = z.discriminatedUnion("subscriptionType", [
  z.strictObject({
    subscriptionType: z.enum([
      "object.creation",
      "object.deletion",
      "object.merge",
      "object.restore",
      "object.associationChange",
    ]),
    objectType: z.enum(OBJECT_TYPES),
    active,
  }),
  z.strictObject({
    subscriptionType: z.literal("object.propertyChange"),
    objectType: z.enum(OBJECT_TYPES),
    propertyName: z
      .string()
      .regex(/^[a-z][a-z0-9_]*$/)
      .refine((name) => !["hs_lastmodifieddate", "num_unique_conversion_events"].includes(name), "not subscribable"),
    active,
  }),
]);

const webhooks = component(
  "webhooks",
  z.strictObject({
    settings: z.strictObject({ targetUrl: url, maxConcurrentRequests: z.int().min(6).max(100) }),
    subscriptions: z.strictObject({
      crmObjects: z.array(crmObject),
      legacyCrmObjects: z.array(
        z.strictObject({
          subscriptionType: z
            .string()
            .regex(
              /^(company|contact|deal|ticket|line_item|product)\.(creation|deletion|merge|propertyChange|restore)$/,
            ),
          propertyName: text.optional(),
          active,
        }),
      ),
      hubEvents: z.array(
        z.strictObject({
          subscriptionType: z
            .string()
            .regex(/^(contact\.privacyDeletion|conversation\.(creation|deletion|newMessage|privacyDeletion))$/),
          active,
        }),
      ),
    }),
  }),
);

const card = component(
  "card",
  z.strictObject({
    name: text.max(50),
    description: text.max(200),
    location: z.enum(["crm.record.tab", "crm.record.sidebar", "crm.preview", "helpdesk.sidebar"]),
    entrypoint,
    objectTypes: z.array(z.enum(["contacts", "companies", "deals", "tickets"])).min(1),
  }),
);
const settings = component("settings", z.strictObject({ entrypoint }));
const page = component("page", z.strictObject({ entrypoint }));

const fieldName = z.string().regex(/^[a-z][a-z0-9_]*$/);
const inputField = z.strictObject({
  typeDefinition: z.strictObject({
    name: fieldName,
    type: z.enum(["bool", "currency_number", "date", "datetime", "enumeration", "number", "string"]),
    fieldType: z.enum(["booleancheckbox", "checkbox", "date", "number", "radio", "select", "text", "textarea"]),
    options: z.array(z.strictObject({ value: text, label: text })).optional(),
    optionsUrl: url.optional(),
    referencedObjectType: z.literal("OWNER").optional(),
  }),
  supportedValueTypes: z.array(z.enum(["STATIC_VALUE", "OBJECT_PROPERTY"])).min(1),
  isRequired: z.boolean(),
});
const outputField = z.strictObject({
  typeDefinition: z.strictObject({ name: fieldName, type: z.enum(["bool", "datetime", "number", "string"]) }),
});
const labels = z.strictObject({
  actionName: text,
  actionDescription: text,
  actionCardContent: text,
  appDisplayName: text,
  inputFieldLabels: z.record(z.string(), text).optional(),
  inputFieldDescriptions: z.record(z.string(), text).optional(),
  outputFieldLabels: z.record(z.string(), text),
});
const workflowAction = component(
  "workflow-action",
  z.strictObject({
    actionUrl: url,
    isPublished: z.boolean(),
    supportedClients: z.array(z.strictObject({ client: z.enum(["WORKFLOWS", "AGENTS"]) })).min(1),
    objectTypes: z.array(z.enum(["CONTACT", "COMPANY", "DEAL", "TICKET"])).min(1),
    inputFields: z.array(inputField),
    outputFields: z.array(outputField),
    objectRequestOptions: z.strictObject({ properties: z.array(text) }),
    labels: z.record(z.string(), labels).refine((all) => "en" in all, "English labels are needed"),
  }),
);

export const metaSchema = z.discriminatedUnion("type", [app, webhooks, card, settings, page, workflowAction]);
export type Meta = z.output<typeof metaSchema>;
export type WebhooksMeta = z.output<typeof webhooks>;
export type AppMeta = z.output<typeof app>;
export type ActionMeta = z.output<typeof workflowAction>;

/** The folder in which HubSpot looks for each type of component (facts sheet 9). */
export const FOLDERS: Readonly<Record<Meta["type"], string>> = {
  app: "app",
  webhooks: "app/webhooks",
  card: "app/cards",
  settings: "app/settings",
  page: "app/pages",
  "workflow-action": "app/workflow-actions",
};
/** Types of which an app has one at most. */
export const SINGLE: readonly Meta["type"][] = ["app", "webhooks", "settings", "page"];

export const projectSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  srcDir: z.literal("src"),
  /** versions that HubSpot supports at the time of the facts sheet */
  platformVersion: z.enum(["2025.2", "2026.03", "2026.09"]),
});
export const profileSchema = z.strictObject({
  accountId: z.int().positive(),
  variables: z.strictObject({
    PUBLIC_URL: z.string().regex(/^https:\/\/[^/]+$/),
    DOCS_URL: z.string().regex(/^https:\/\/[^\s]+[^/]$/),
    APP_NAME: text,
    SUPPORT_EMAIL: z.email(),
  }),
});
