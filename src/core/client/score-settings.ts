/** What an admin may set about the score: thresholds, groups, signals, segments with settings of their own, and CRM properties as signals. */
import { z } from "zod";
import type { Facts } from "../model.ts";
import { ours } from "../problem.ts";
import { configProblems, DEFAULT_SCORE_CONFIG, type ScoreConfig, type ScoreConfigs } from "../score/config.ts";
import type { ClientClass } from "../score/segment.ts";
import { DEFAULT_SIGNALS, GROUPS, type SignalDefinition } from "../signal/definition.ts";

const share = z.number().min(0).max(1);

const signalChange = z.strictObject({
  isOff: z.boolean().optional(),
  showChance: share.optional(),
  turned: z.number().optional(),
  weekNats: z.number().gt(0).max(10).optional(),
});

/** What may differ from the defaults; the same for the portal and for a segment. */
const changes = {
  zones: z
    .strictObject({
      yellow: z.number().min(1).max(100),
      red: z.number().min(1).max(100),
      deadBand: z.number().min(0).max(25),
      holdDays: z.int().min(0).max(90),
    })
    .partial()
    .default({}),
  groups: z
    .partialRecord(
      z.enum(GROUPS),
      z.strictObject({ weight: z.number().min(0).max(5), cap: z.number().min(0).max(100) }).partial(),
    )
    .default({}),
  /** by id of the signal */
  signals: z.record(z.string(), signalChange).default({}),
  horizonDays: z.int().min(14).max(365).optional(),
  base: z.number().min(1).max(100).optional(),
  credit: z.number().min(0).max(50).optional(),
  pointsPerNat: z.number().min(1).max(20).optional(),
  chainNats: z.number().min(0).max(6).optional(),
  ceilingNats: z.number().min(1).max(12).optional(),
  farRenewalShift: z.number().min(-50).max(0).optional(),
  farMonthShift: z.number().min(-50).max(0).optional(),
  criticalShift: z.number().min(0).max(25).optional(),
  redConfidence: share.optional(),
  learningDays: z.int().min(0).max(365).optional(),
  factHalfLifeDays: z.int().min(7).max(730).optional(),
};

/** Which values of a property are the ones that count; without any, every value that is there does. */
const matching = z
  .strictObject({ below: z.number(), above: z.number(), equals: z.union([z.string(), z.number(), z.boolean()]) })
  .partial()
  .default({});

const mappedSignal = z.strictObject({
  /** begins with `x_`, so that it is never one of ours */
  id: z.string().regex(/^x_[a-z0-9_]{1,37}$/, "own_signal_form"),
  on: z.enum(["company", "contact", "deal", "ticket"]),
  property: z.string().min(1).max(100),
  /**
   * - count: of a company or contact, a total that only grows, whose growth is counted; of tickets and deals, how many match
   * - mean: a measure above zero; more is worse
   * - share: how often it matches; more is worse
   * - fact: believed as reported from the day it first matched, and fading
   */
  as: z.enum(["count", "mean", "share", "fact"]),
  match: matching,
  group: z.enum(GROUPS).default("usage"),
  layer: z.literal([1, 2, 3, 4]).default(1),
  showChance: share.default(0.4),
  /** see `SignalDefinition.turned`; absent = the usual one of its kind */
  turned: z.number().optional(),
  weekNats: z.number().gt(0).max(10).default(2.5),
  /** evidence of a fact on its first day, nats */
  nats: z.number().min(0).max(6).default(2),
});
export type MappedSignal = z.output<typeof mappedSignal>;

const segment = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "key_form"),
  /** plans on one of these templates, and clients of one of these classes; an empty list asks for nothing */
  templates: z.array(z.string()).max(50).default([]),
  classes: z
    .array(z.enum(["A", "B", "C"]))
    .max(3)
    .default([]),
  ...changes,
});

export const scoreSettings = z
  .strictObject({
    ...changes,
    /** the first one that fits a client is its own */
    segments: z.array(segment).max(20).default([]),
    mapped: z.array(mappedSignal).max(30).default([]),
    /** deals of these types, or in these pipelines, are renewals: lost ones are losses of the client */
    renewals: z
      .strictObject({
        types: z.array(z.string().max(100)).max(20).default(["renewal"]),
        pipelines: z.array(z.string().max(100)).max(20).default([]),
      })
      .prefault({}),
  })
  .superRefine((settings, context) => {
    for (const { path, told } of problemsOf(settings)) context.addIssue({ code: "custom", path, ...told });
  });
export type ScoreSettings = z.output<typeof scoreSettings>;

type Changes = Pick<ScoreSettings, keyof typeof changes>;

function problemsOf(settings: ScoreSettings): { path: (string | number)[]; told: ReturnType<typeof ours> }[] {
  const found: ReturnType<typeof problemsOf> = [];
  const ids = new Set(allSignals(settings).map((one) => one.id));
  const look = (part: Changes, path: (string | number)[]): void => {
    for (const id of Object.keys(part.signals))
      if (!ids.has(id)) found.push({ path: [...path, "signals", id], told: ours("no_signal", { id }) });
  };
  look(settings, []);
  settings.segments.forEach((one, at) => {
    look(one, ["segments", at]);
    if (one.name === "default" || settings.segments.findIndex((other) => other.name === one.name) !== at)
      found.push({ path: ["segments", at, "name"], told: ours("taken", { name: one.name }) });
  });
  for (const [name, config] of Object.entries(scoreConfigsOf(settings, 0))) {
    const at = settings.segments.findIndex((one) => one.name === name);
    const path = at < 0 ? [] : ["segments", at];
    for (const { name, code } of configProblems(config))
      found.push({ path: [...path, ...name.split(".")], told: ours(code) });
  }
  return found;
}

/** What is left of the rate, or the shift, of a mapped signal after turning away, by its kind. */
const TURNED = { count: 0.35, mean: 0.5, share: 0.4, fact: 0 } as const;

/** Every signal of a portal, switched off or not: what its book counts. Facts are reported, not counted. */
export function allSignals({ mapped }: Pick<ScoreSettings, "mapped">): readonly SignalDefinition[] {
  if (mapped.length === 0) return DEFAULT_SIGNALS;
  const known = withMapped.get(mapped) ?? [...DEFAULT_SIGNALS, ...definitionsOf(mapped)];
  withMapped.set(mapped, known);
  return known;
}

/** Asked for with every decision: made once per configuration. */
const withMapped = new WeakMap<ScoreSettings["mapped"], readonly SignalDefinition[]>();

function definitionsOf(mapped: ScoreSettings["mapped"]): SignalDefinition[] {
  return mapped.flatMap((one): SignalDefinition[] =>
    one.as === "fact"
      ? []
      : [
          {
            id: one.id,
            group: one.group,
            source: `x.${one.on}`,
            kind: one.as,
            layer: one.layer,
            showChance: one.showChance,
            turned: one.turned ?? TURNED[one.as],
            weekNats: one.weekNats,
          },
        ],
  );
}

/** The configuration of the portal and of each segment. @param version of the published document they come from */
export function scoreConfigsOf(settings: ScoreSettings, version: number): ScoreConfigs {
  const base = { ...DEFAULT_SCORE_CONFIG, version, signals: allSignals(settings) };
  const own = changed(base, settings);
  const segments = settings.segments.map((one) => [one.name, changed(own, one)] as const);
  return { ...Object.fromEntries(segments), default: own };
}

function changed(base: ScoreConfig, { zones, groups, signals, ...numbers }: Changes): ScoreConfig {
  const known = GROUPS.map((group) => [group, { ...base.groups[group], ...defined(groups[group] ?? {}) }] as const);
  const set = Object.fromEntries(NUMBERS.map((name) => [name, numbers[name] ?? base[name]]));
  return {
    ...base,
    ...set,
    zones: { ...base.zones, ...defined(zones) },
    isYellowSet: base.isYellowSet || zones.yellow !== undefined,
    groups: Object.fromEntries(known) as ScoreConfig["groups"],
    signals: base.signals.flatMap((one) => {
      const { isOff, ...rest } = signals[one.id] ?? {};
      return isOff ? [] : [{ ...one, ...defined(rest) }];
    }),
  };
}

const NUMBERS = [
  "horizonDays",
  "base",
  "credit",
  "pointsPerNat",
  "chainNats",
  "ceilingNats",
  "farRenewalShift",
  "farMonthShift",
  "criticalShift",
  "redConfidence",
  "learningDays",
  "factHalfLifeDays",
] as const satisfies readonly (keyof ScoreConfig & keyof Changes)[];

function defined<T extends object>(part: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)) as never;
}

/** The segment whose settings a client gets; null = the portal's own. */
export function segmentOf(
  settings: Pick<ScoreSettings, "segments">,
  templateId: string | null,
  clientClass: ClientClass | null,
): string | null {
  const found = settings.segments.find(
    ({ templates, classes }) =>
      (templates.length === 0 || (templateId !== null && templates.includes(templateId))) &&
      (classes.length === 0 || (clientClass !== null && classes.includes(clientClass))),
  );
  return found?.name ?? null;
}

/** Is a deal the renewal of something that the client has? */
export function isRenewal(deal: Facts, { renewals }: Pick<ScoreSettings, "renewals">): boolean {
  const { type, pipeline } = deal;
  return (
    (typeof type === "string" && renewals.types.includes(type)) ||
    (typeof pipeline === "string" && renewals.pipelines.includes(pipeline))
  );
}
